/** What happens after the customer has signed, from the terms that are signed. Pure. */

import type { Payment } from "./types";
import type { Key } from "./words";

export interface Line {
  key: Key;
  /** Moments of the API, by the names that the message has for them. */
  moments?: Record<string, string>;
}

/** The lines to tell before a payment is made. */
export function whatHappensNext(payment: Payment): Line[] {
  const until = { until: payment.authorization_expires_at };
  const refund: Line = { key: "next_refund", moments: { until: payment.refund_expires_at } };
  if (payment.capture_mode === "immediate") {
    return [{ key: "next_immediate" }, refund];
  }
  const lines: Line[] = [{ key: "next_escrow" }];
  if (payment.capture_from) {
    lines.push({ key: "next_protected", moments: { from: payment.capture_from } });
  }
  if (payment.arbiter) {
    lines.push({ key: "next_dispute", moments: until });
  }
  return [...lines, { key: "next_reclaim", moments: until }, refund];
}
