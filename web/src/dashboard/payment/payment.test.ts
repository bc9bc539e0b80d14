import { describe, expect, it } from "vitest";

import type { MerchantEvent, Payment, Transaction } from "../api/types";
import { isOpen, lacksBalance, operationsOf } from "./operations";
import { entriesOf } from "./timeline";

const money = (base_units: string) => ({ value: base_units, base_units });

describe("what can be ordered", () => {
  it("is what the API says is available", () => {
    const available = { capture: money("5"), void: money("5"), refund: money("0") };
    expect(operationsOf({ available }).map(({ kind }) => kind)).toEqual(["capture", "void"]);
    expect(operationsOf({})).toEqual([]);
  });

  it("is a smaller refund where the balance is paid out, unless one is under way", () => {
    const available = { capture: money("0"), void: money("0"), refund: money("3") };
    const payment = { available, refundable: money("5"), transactions: [] };
    expect(lacksBalance(payment)).toBe(true);
    expect(lacksBalance({ ...payment, refundable: money("3") })).toBe(false);
    expect(lacksBalance({ ...payment, transactions: [{ status: "sent" } as Transaction] })).toBe(false);
  });

  it("is under way until it is confirmed or has failed", () => {
    const open = (["recorded", "signed", "sent", "confirmed", "failed"] as const).map((status) => isOpen({ status }));
    expect(open).toEqual([true, true, true, false, false]);
  });
});

describe("what happened to a payment", () => {
  const transaction = (id: string, status: Transaction["status"], created_at: string) =>
    ({ id, kind: "capture", status, finality: "unseen", amount: money("1"), created_at }) satisfies Transaction;
  const payment = {
    created_at: "2026-01-01T00:00:00Z",
    transactions: [transaction("a", "confirmed", "2026-01-01T00:01:00Z"), transaction("b", "sent", "2026-01-01T00:03:00Z")],
  } as unknown as Payment;
  const told = (id: string, of: string, timestamp: string, test = false): MerchantEvent => {
    return { id, type: "payment.captured", sequence: 1, timestamp, test, data: { transaction: transaction(of, "sent", timestamp) } };
  };

  it("is told newest first, once, and begins with the request", () => {
    const entries = entriesOf(payment, [told("evt_1", "a", "2026-01-01T00:02:00Z")]);
    expect(entries.map(({ key }) => key)).toEqual(["b", "evt_1", "created"]);
  });

  it("shows a transaction as it is now, and not as it was told", () => {
    const [, entry] = entriesOf(payment, [told("evt_1", "a", "2026-01-01T00:02:00Z")]);
    expect(entry?.transaction?.status).toBe("confirmed");
  });

  it("begins with the request also when the chain's clock is behind", () => {
    const entries = entriesOf({ ...payment, created_at: "2026-01-01T00:05:00Z" }, []);
    expect(entries.at(-1)?.key).toBe("created");
  });

  it("has no test events", () => {
    const entries = entriesOf(payment, [told("evt_1", "a", "2026-01-01T00:02:00Z", true)]);
    expect(entries.map(({ key }) => key)).toEqual(["b", "a", "created"]);
  });
});
