import { describe, expect, it } from "vitest";

import { phase, received, tone, toldStatus } from "./phase";
import { NOW, payment } from "./testing";
import type { PaymentStatus, Transfer } from "./types";

const LATER = Date.parse("2026-11-21T12:15:00Z");

describe("the phase of a payment", () => {
  it.each<[PaymentStatus, string]>([
    ["created", "payable"],
    ["reverted", "payable"],
    ["expired", "over"],
    ["cancelled", "over"],
    ["underpaid", "short"],
    ["mismatched", "short"],
    ["authorized", "paid"],
    ["late", "paid"],
    ["disputed", "paid"],
    ["captured", "paid"],
    ["voided", "paid"],
    ["refunded", "paid"],
    ["transferred", "paid"],
    ["overpaid", "paid"],
  ])("of %s is %s", (status, expected) => {
    expect(phase(payment({ status }), NOW)).toBe(expected);
  });

  it("is over as soon as the time is, before the chain says so", () => {
    const unpaid = payment();
    expect(phase(unpaid, LATER - 1)).toBe("payable");
    expect(phase(unpaid, LATER)).toBe("over");
    expect([toldStatus(unpaid, "payable"), toldStatus(unpaid, "over")]).toEqual(["created", "expired"]);
  });

  it("is not over while a transaction is on its way, unless the chain says so", () => {
    expect(phase(payment(), LATER, true)).toBe("payable");
    expect(phase(payment({ status: "expired" }), LATER, true)).toBe("over");
  });

  it("of what is paid does not end with the time to pay", () => {
    const paid = payment({ status: "authorized" });
    expect([phase(paid, LATER), toldStatus(paid, "paid")]).toEqual(["paid", "authorized"]);
  });
});

it("only money that came as it should is told as a success", () => {
  const successes = ["authorized", "partially_captured", "captured", "transferred"] as const;
  expect(successes.map(tone)).toEqual(Array(4).fill("success"));
  const others = ["late", "underpaid", "overpaid", "mismatched", "disputed", "refunded", "expired"] as const;
  expect(others.map(tone)).not.toContain("success");
});

it("counts transfers of the right token only, exactly", () => {
  const transfer = (mint: string, base_units: string): Transfer => ({
    signature: "s",
    mint,
    amount: { value: "", base_units },
    block_time: "2026-11-21T12:00:00Z",
    finality: "confirmed",
  });
  const transfers = [transfer("USDC-mint", "9007199254740993"), transfer("other", "5"), transfer("USDC-mint", "1")];
  expect(received(payment({ transfers }))).toBe(9_007_199_254_740_994n);
});
