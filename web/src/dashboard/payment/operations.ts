/** What can be ordered of a payment, as the API says it. Pure. */

import type { Money } from "../../common/api";
import type { Payment, Transaction } from "../api/types";

export interface Operation {
  kind: "capture" | "void" | "refund";
  /** How much of it there is. */
  most: Money;
}

export function operationsOf(payment: Pick<Payment, "available">): Operation[] {
  const { available } = payment;
  if (!available) {
    return [];
  }
  const all: Operation[] = [
    { kind: "capture", most: available.capture },
    { kind: "refund", most: available.refund },
    { kind: "void", most: available.void },
  ];
  return all.filter(({ most }) => BigInt(most.base_units) > 0n);
}

/** Whether it was ordered, and is neither confirmed nor failed. */
export function isOpen(transaction: Pick<Transaction, "status">): boolean {
  return transaction.status !== "confirmed" && transaction.status !== "failed";
}

/** Whether a refund is held up, in whole or in part, because the balance that pays it is not there. */
export function lacksBalance(payment: Pick<Payment, "available" | "refundable" | "transactions">): boolean {
  const { available, refundable, transactions } = payment;
  const isSettled = !transactions.some(isOpen);
  return isSettled && !!available && BigInt(available.refund.base_units) < BigInt(refundable.base_units);
}
