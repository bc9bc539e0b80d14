import { translator } from "../common/i18n";
import en from "./messages/en.json";
import hu from "./messages/hu.json";

export type Key = keyof typeof en;

export const t = translator({ en, hu });
