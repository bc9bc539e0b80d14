/** What the owner of a position can do with it now. */

import type { Position } from "./data";

/** What is staked: nothing, still locked, or to be asked back at any time. */
export type StakeState = "none" | "locked" | "free";
/** What is on its way out: nothing, still cooling down, or to be withdrawn. */
export type ExitState = "none" | "cooling" | "ready";

export interface PositionState {
  stake: StakeState;
  exit: ExitState;
  /** Whether the account is empty, so that its rent can be had back. */
  closable: boolean;
  /** Seconds until the lock ends. */
  lockedFor: number;
  /** Seconds until what cools down can be withdrawn. */
  coolingFor: number;
}

/** `now` is unix seconds. */
export function stateOf(position: Position, now: number): PositionState {
  const staked = BigInt(position.amount.base_units) > 0n;
  const leaving = BigInt(position.cooling.base_units) > 0n;
  const lockedFor = staked ? secondsUntil(position.unlock_at, now) : 0;
  const coolingFor = leaving ? secondsUntil(position.available_at, now) : 0;
  return {
    stake: !staked ? "none" : lockedFor > 0 ? "locked" : "free",
    exit: !leaving ? "none" : coolingFor > 0 ? "cooling" : "ready",
    closable: !staked && !leaving,
    lockedFor,
    coolingFor,
  };
}

/** Whether something can be asked back: what has cooled down must be withdrawn before. */
export function canUnstake({ stake, exit }: PositionState): boolean {
  return stake === "free" && exit !== "ready";
}

function secondsUntil(time: string | null | undefined, now: number): number {
  return time ? Math.max(0, Math.ceil(Date.parse(time) / 1000 - now)) : 0;
}
