import { describe, expect, it } from "vitest";

import { may, merchant, restored } from "./session";

const KEPT = { token: "till_ses_x", wallet: "w", expires_at: "2026-11-21T12:00:00Z" };
const BEFORE = Date.parse("2026-11-21T11:59:59Z");

describe("a session that was kept", () => {
  it("goes on until it expires", () => {
    expect(restored(JSON.stringify(KEPT), BEFORE)).toEqual(KEPT);
    expect(restored(JSON.stringify(KEPT), BEFORE + 1_000)).toBeNull();
  });

  it("is none if it is not one", () => {
    for (const kept of [null, "", "x", "{}", "null", JSON.stringify({ ...KEPT, token: "" })]) {
      expect(restored(kept, BEFORE)).toBeNull();
    }
  });
});

it("a person may do what the API says, and nothing before that is known", () => {
  expect(may("payments:read")).toBe(false);
  merchant.value = { id: "m", address: "a", name: "n", scopes: ["payments:read"], last_event_sequence: 0 };
  expect([may("payments:read"), may("payments:operate")]).toEqual([true, false]);
});
