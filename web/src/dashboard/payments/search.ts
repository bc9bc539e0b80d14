/** Whether a text is a payment's id, and not the merchant's own name of an order. */
export function isPaymentId(text: string): boolean {
  return /^pay_[0-9a-f]{32}$/.test(text);
}
