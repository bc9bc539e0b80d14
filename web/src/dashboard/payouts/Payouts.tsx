import { View } from "../parts/View";
import { words } from "./words";

export function Payouts() {
  return <View title={words("title")}>{null}</View>;
}
