import { describe, expect, it } from "vitest";

import { givesBack, termsOf } from "./terms";

const money = (units: string) => ({ value: units, base_units: units });
const goal = money("100");

describe("the words for a campaign", () => {
  it("promise everything back only where the goal decides and is not reached", () => {
    const open = { status: "open", goal } as const;
    expect(termsOf({ ...open, kind: "keep_all", raised: money("1") })).toBe("terms_keep_all");
    expect(termsOf({ ...open, kind: "keep_all", raised: money("100") })).toBe("terms_keep_all");
    expect(termsOf({ ...open, kind: "all_or_nothing", raised: money("99") })).toBe("terms_all_or_nothing");
    expect(termsOf({ ...open, kind: "all_or_nothing", raised: money("100") })).toBe("terms_reached");
  });

  it("offer the money back of a cancelled campaign only where donors have it", () => {
    const cancelled = { status: "cancelled", goal, raised: money("1") } as const;
    expect(termsOf({ ...cancelled, kind: "all_or_nothing" })).toBe("ended_cancelled_refund");
    expect(termsOf({ ...cancelled, kind: "keep_all" })).toBe("ended_cancelled");
  });
});

describe("money goes back", () => {
  it("when an all-or-nothing campaign misses its goal or is called off", () => {
    expect(givesBack({ kind: "all_or_nothing", status: "missed" })).toBe(true);
    expect(givesBack({ kind: "all_or_nothing", status: "cancelled" })).toBe(true);
    expect(givesBack({ kind: "all_or_nothing", status: "succeeded" })).toBe(false);
    expect(givesBack({ kind: "all_or_nothing", status: "open" })).toBe(false);
    expect(givesBack({ kind: "keep_all", status: "cancelled" })).toBe(false);
  });
});
