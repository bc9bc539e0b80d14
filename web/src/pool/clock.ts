import type { Polled } from "../common/usePolled";
import type { Pool } from "./data";

/**
 * The chain's time at `now` (milliseconds by the clock of this device), in unix seconds. Locks end by the chain's
 * clock, and a device's may be wrong by hours.
 */
export function chainTime({ data, at }: Pick<Polled<Pool>, "data" | "at">, now: number): number {
  return (data ? Date.parse(data.as_of) + now - at : now) / 1000;
}
