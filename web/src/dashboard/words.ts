/** The words that all views of the dashboard share. */

import { translator } from "../common/i18n";
import type { PaymentStatus, TransactionKind, TransactionStatus } from "./api/types";
import en from "./messages/en.json";
import hu from "./messages/hu.json";

export const words = translator({ en, hu });

export function statusWord(status: PaymentStatus): string {
  return words(`status_${status}`);
}

export function kindWord(kind: TransactionKind): string {
  return words(`kind_${kind}`);
}

export function transactionStatusWord(status: TransactionStatus): string {
  return words(`transaction_${status}`);
}

export type Tone = "neutral" | "good" | "warning" | "bad";

const TONES: Record<PaymentStatus, Tone> = {
  created: "neutral",
  expired: "neutral",
  cancelled: "neutral",
  reverted: "bad",
  authorized: "warning",
  late: "warning",
  disputed: "bad",
  partially_captured: "warning",
  captured: "good",
  voided: "neutral",
  reclaimed: "neutral",
  partially_refunded: "neutral",
  refunded: "neutral",
  transferred: "good",
  underpaid: "warning",
  overpaid: "warning",
  mismatched: "bad",
};

/** How a status is to be taken: what waits for the merchant is a warning, what has gone wrong is bad. */
export function toneOf(status: PaymentStatus): Tone {
  return TONES[status];
}
