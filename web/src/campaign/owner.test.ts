import { describe, expect, it } from "vitest";

import { ownerActions } from "./owner";

const money = (units: string) => ({ value: units, base_units: units });
const DEADLINE = Date.parse("2030-01-01T00:00:00Z");
const campaign = {
  kind: "all_or_nothing",
  status: "open",
  creator: "creator",
  beneficiary: "beneficiary",
  deadline: new Date(DEADLINE).toISOString(),
  raised: money("100"),
  withdrawn: money("0"),
  refunded: money("0"),
} as const;
const keepsAll = { ...campaign, kind: "keep_all" } as const;

describe("a campaign offers", () => {
  it("nothing to strangers, and nothing once it is closed", () => {
    expect(ownerActions(keepsAll, "stranger", 0)).toEqual([]);
    expect(ownerActions({ ...keepsAll, status: "closed" }, "creator", DEADLINE)).toEqual([]);
  });

  it("its money as soon as it is the beneficiary's", () => {
    expect(ownerActions(keepsAll, "beneficiary", 0)).toEqual(["withdraw"]);
    expect(ownerActions(campaign, "beneficiary", 0)).toEqual([]);
    expect(ownerActions({ ...campaign, status: "succeeded" }, "beneficiary", DEADLINE)).toEqual(["withdraw"]);
    expect(ownerActions({ ...campaign, status: "missed" }, "beneficiary", DEADLINE)).toEqual([]);
  });

  it("calling it off to its creator alone, while it is open", () => {
    expect(ownerActions(campaign, "creator", 0)).toEqual(["cancel"]);
    expect(ownerActions({ ...campaign, status: "missed" }, "creator", DEADLINE)).toEqual([]);
  });

  it("closing it when the deadline has passed and nothing is left in it", () => {
    const paid = { ...campaign, status: "succeeded", withdrawn: money("100") } as const;
    expect(ownerActions(paid, "creator", DEADLINE)).toEqual(["close"]);
    const cancelled = { ...campaign, status: "cancelled", refunded: money("100") } as const;
    expect(ownerActions(cancelled, "creator", DEADLINE - 1)).toEqual([]);
    expect(ownerActions(cancelled, "creator", DEADLINE)).toEqual(["close"]);
  });
});
