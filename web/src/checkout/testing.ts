import type { Payment } from "./types";

/** The 21st of November 2026, noon: the clock of the tests. */
export const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A payment of 25.00 that nobody has paid, and what a test changes of it. */
export function payment(changes: Partial<Payment> = {}): Payment {
  const nothing = { value: "0.00", base_units: "0" };
  return {
    id: "pay_1",
    address: "6Xnrf8DP8xme5UcMQFHM62AkpQ2CuFWcV2Ypcg4LyTPd",
    merchant_name: "Demo Shop",
    status: "created",
    finality: "unseen",
    sequence: 0,
    closed: false,
    mint: "USDC-mint",
    symbol: "USDC",
    decimals: 6,
    amount: { value: "25.00", base_units: "25000000" },
    capturable: nothing,
    captured: nothing,
    refunded: nothing,
    price: null,
    options: [],
    description: null,
    items: [],
    order_reference: null,
    redirect_url: null,
    donation: null,
    capture_mode: "manual",
    authorization_expires_at: "2026-11-21T12:15:00Z",
    quote_expires_at: null,
    refund_expires_at: "2026-12-21T12:00:00Z",
    capture_from: null,
    arbiter: null,
    dispute_expires_at: null,
    payer: null,
    payer_actions: [],
    transactions: [],
    transfers: [],
    solana_pay_url: "solana:https%3A%2F%2Fpay.example%2Fpay%2Fpay_1",
    transfer_url: null,
    now: "2026-11-21T12:00:00Z",
    ...changes,
  };
}
