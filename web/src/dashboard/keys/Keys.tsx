import { View } from "../parts/View";
import { words } from "./words";

export function Keys() {
  return <View title={words("title")}>{null}</View>;
}
