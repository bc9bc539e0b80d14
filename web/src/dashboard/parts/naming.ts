import type { Payment } from "../api/types";

/** How many characters of an id tell it from others. */
const TELLING = 12;

/** What the merchant knows a payment by: the order, else its description, else the beginning of its id. */
export function nameOf(payment: Pick<Payment, "id" | "order_reference" | "description">): string {
  return payment.order_reference || payment.description || `${payment.id.slice(0, TELLING)}…`;
}
