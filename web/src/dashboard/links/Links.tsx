import { View } from "../parts/View";
import { words } from "./words";

export function Links() {
  return <View title={words("title")}>{null}</View>;
}
