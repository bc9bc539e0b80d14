import { View } from "../parts/View";
import { words } from "./words";

export function EndpointView() {
  return <View title={words("title")}>{null}</View>;
}
