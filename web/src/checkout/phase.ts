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

/**
 * The phase when the gateway's clock shows `now`, in milliseconds. The chain says that a payment expired some time
 * after it did; until then nothing is offered that would be refused. What is on its way may still have been in time.
 */
export function phase(payment: Payment, now: number, isOnItsWay = false): Phase {
  const known = PHASES[payment.status];
  const isOver = !isOnItsWay && isPast(payment.authorization_expires_at, now);
  return known === "payable" && isOver ? "over" : known;
}

/** The state to tell in a phase: it is `expired` before the chain says so. */
export function toldStatus({ status }: Payment, at: Phase): PaymentStatus {
  return PHASES[status] === "payable" && at === "over" ? "expired" : status;
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
