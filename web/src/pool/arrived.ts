/** How the API's answers tell that a transaction has arrived. */

import type { Money } from "../common/api";
import type { Pool, Position } from "./data";

export type Action = "stake" | "unstake" | "withdraw" | "claim" | "close_position";

/** A pool, and what a wallet has in it. */
export interface Seen {
  pool: Pool;
  positions: readonly Position[];
}

/** Whether what is seen now is what the action makes of what was seen before. */
export function hasArrived(action: Action, before: Seen, now: Seen): boolean {
  const more = (of: (position: Position) => Money) => sum(now.positions, of) > sum(before.positions, of);
  const less = (of: (position: Position) => Money) => sum(now.positions, of) < sum(before.positions, of);
  switch (action) {
    case "stake":
      return more((position) => position.amount);
    case "unstake":
      return more((position) => position.cooling);
    case "withdraw":
      return less((position) => position.cooling);
    case "claim":
      // What can be claimed grows all the time: what was claimed is what tells.
      return claimed(now.pool).some((amount, index) => amount > (claimed(before.pool)[index] ?? 0n));
    case "close_position":
      return now.positions.length < before.positions.length;
  }
}

function sum(positions: readonly Position[], of: (position: Position) => Money): bigint {
  return positions.reduce((sum, position) => sum + BigInt(of(position).base_units), 0n);
}

function claimed(pool: Pool): bigint[] {
  return pool.rewards.map((reward) => BigInt(reward.claimed.base_units));
}
