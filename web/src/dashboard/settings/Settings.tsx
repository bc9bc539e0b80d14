import { View } from "../parts/View";
import { words } from "./words";

export function Settings() {
  return <View title={words("title")}>{null}</View>;
}
