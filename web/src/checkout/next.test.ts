import { expect, it } from "vitest";

import { whatHappensNext } from "./next";
import { payment } from "./testing";
import type { Payment } from "./types";

const told = (changes: Partial<Payment>) => whatHappensNext(payment(changes)).map(({ key }) => key);

it("money that is captured at once waits in no escrow", () => {
  expect(told({ capture_mode: "immediate" })).toEqual(["next_immediate", "next_refund"]);
});

it("money in escrow comes back when it is not taken", () => {
  expect(told({})).toEqual(["next_escrow", "next_reclaim", "next_refund"]);
});

it("a protected payment tells from when on it can be taken, and that it can be disputed", () => {
  const capture_from = "2026-11-28T12:00:00Z";
  expect(told({ capture_from, arbiter: "judge" })).toEqual([
    "next_escrow",
    "next_protected",
    "next_dispute",
    "next_reclaim",
    "next_refund",
  ]);
  const lines = whatHappensNext(payment({ capture_from }));
  expect(lines.find(({ key }) => key === "next_protected")?.moments).toEqual({ from: capture_from });
});
