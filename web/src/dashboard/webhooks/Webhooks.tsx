import { View } from "../parts/View";
import { words } from "./words";

export function Webhooks() {
  return <View title={words("title")}>{null}</View>;
}
