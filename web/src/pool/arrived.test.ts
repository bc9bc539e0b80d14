import { describe, expect, it } from "vitest";

import { hasArrived, type Seen } from "./arrived";
import type { Pool, Position } from "./data";

const money = (units: number) => ({ value: `${units}`, base_units: `${units}` });

function seen(claimed: number, ...positions: [amount: number, cooling: number][]): Seen {
  const pool = { rewards: [{ claimed: money(claimed) }] } as Pool;
  const all = positions.map(([amount, cooling]) => ({ amount: money(amount), cooling: money(cooling) }) as Position);
  return { pool, positions: all };
}

describe("an action has arrived", () => {
  it("when what it changes has changed", () => {
    expect(hasArrived("stake", seen(0), seen(0, [5, 0]))).toBe(true);
    expect(hasArrived("stake", seen(0, [5, 0]), seen(0, [8, 0]))).toBe(true);
    expect(hasArrived("unstake", seen(0, [5, 0]), seen(0, [2, 3]))).toBe(true);
    expect(hasArrived("withdraw", seen(0, [2, 3]), seen(0, [2, 0]))).toBe(true);
    expect(hasArrived("claim", seen(7, [5, 0]), seen(9, [5, 0]))).toBe(true);
    expect(hasArrived("close_position", seen(0, [0, 0], [1, 0]), seen(0, [1, 0]))).toBe(true);
  });

  it("and not before", () => {
    const before = seen(7, [5, 3]);
    for (const action of ["stake", "unstake", "withdraw", "claim", "close_position"] as const) {
      expect(hasArrived(action, before, before)).toBe(false);
    }
    expect(hasArrived("stake", seen(0, [5, 0]), seen(0, [2, 3]))).toBe(false);
  });
});
