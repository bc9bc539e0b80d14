import { View } from "../parts/View";
import { words } from "./words";

export function Reports() {
  return <View title={words("title")}>{null}</View>;
}
