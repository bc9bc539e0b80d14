/** What a payment's state means to its customer. Pure. */

import type { Payment, PaymentStatus } from "./types";

export type Phase =
  /** It can be paid. */
  | "payable"
  /** Nobody can pay it any more, and nobody has. */
  | "over"
  /** Money has come by a plain transfer, and not as it should. */
  | "short"
  /** It is paid, whatever became of the money then. */
  | "paid";

const PHASES: Record<PaymentStatus, Phase> = {
  created: "payable",
  reverted: "payable",
  expired: "over",
  cancelled: "over",
  underpaid: "short",
  mismatched: "short",
  authorized: "paid",
  late: "paid",
  disputed: "paid",
  partially_captured: "paid",
  captured: "paid",
  voided: "paid",
  reclaimed: "paid",
  partially_refunded: "paid",
  refunded: "paid",
  transferred: "paid",
  overpaid: "paid",
};

/** The phase when the gateway's clock shows `now`, in milliseconds. The chain says that a payment expired some time
 * after it did; until then nothing is offered that would be refused. */
export function phase(payment: Payment, now: number): Phase {
  const known = PHASES[payment.status];
  return known === "payable" && isPast(payment.authorization_expires_at, now) ? "over" : known;
}

/** The state to tell, which is `expired` before the chain says so. */
export function toldStatus(payment: Payment, now: number): PaymentStatus {
  return PHASES[payment.status] === "payable" && phase(payment, now) === "over" ? "expired" : payment.status;
}

export type Tone = "info" | "success" | "warning";

const TONES: Partial<Record<PaymentStatus, Tone>> = {
  authorized: "success",
  partially_captured: "success",
  captured: "success",
  transferred: "success",
  overpaid: "warning",
  underpaid: "warning",
  mismatched: "warning",
  late: "warning",
  disputed: "warning",
  expired: "warning",
  reverted: "warning",
};

export function tone(status: PaymentStatus): Tone {
  return TONES[status] ?? "info";
}

export function isPast(moment: string | null, now: number): boolean {
  return moment !== null && Date.parse(moment) <= now;
}

/** What transfers of the right token have brought, in base units. */
export function received(payment: Payment): bigint {
  const right = payment.transfers.filter((transfer) => transfer.mint === payment.mint);
  return right.reduce((sum, transfer) => sum + BigInt(transfer.amount.base_units), 0n);
}
