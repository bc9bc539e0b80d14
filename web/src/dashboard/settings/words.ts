import { translator } from "../../common/i18n";
import en from "./messages/en.json";
import hu from "./messages/hu.json";

export const words = translator({ en, hu });
