import { describe, expect, it } from "vitest";

import type { Position } from "./data";
import { canUnstake, stateOf } from "./position";

const money = (units: string) => ({ value: units, base_units: units });
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

function position(amount: string, cooling: string, unlockAt: number, availableAt: number | null): Position {
  return {
    address: "position",
    tier: 0,
    amount: money(amount),
    weighted: money(amount),
    cooling: money(cooling),
    unlock_at: at(unlockAt),
    available_at: availableAt === null ? null : at(availableAt),
    claimable: [],
  };
}

describe("a position", () => {
  it("is locked until its time comes, and free from that second on", () => {
    expect(stateOf(position("5", "0", 100, null), 40)).toMatchObject({ stake: "locked", lockedFor: 60 });
    expect(stateOf(position("5", "0", 100, null), 100)).toMatchObject({ stake: "free", lockedFor: 0 });
  });

  it("cools down, and can be withdrawn afterwards", () => {
    expect(stateOf(position("0", "5", 0, 100), 99.5)).toMatchObject({ exit: "cooling", coolingFor: 1 });
    expect(stateOf(position("0", "5", 0, 100), 100)).toMatchObject({ exit: "ready", closable: false });
  });

  it("can be closed when nothing is in it", () => {
    expect(stateOf(position("0", "0", 500, 500), 0)).toMatchObject({ stake: "none", exit: "none", closable: true });
  });

  it("lets nothing be asked back before what has cooled down is withdrawn", () => {
    expect(canUnstake(stateOf(position("5", "1", 0, 100), 50))).toBe(true);
    expect(canUnstake(stateOf(position("5", "1", 0, 100), 100))).toBe(false);
    expect(canUnstake(stateOf(position("5", "0", 200, null), 100))).toBe(false);
  });
});
