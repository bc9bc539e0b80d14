/** Answers of the API that several views read, as far as they are read. What one view alone reads is typed there. */

import type { Money } from "../../common/api";

export type { Money };

export interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

export const SCOPES = [
  "payments:read",
  "payments:write",
  "payments:operate",
  "events:read",
  "webhooks:read",
  "webhooks:write",
  "rules:read",
  "rules:write",
  "reports:read",
  "account:read",
  "account:write",
] as const;
export type Scope = (typeof SCOPES)[number];

export interface Merchant {
  id: string;
  address: string;
  name: string;
  /** Whether the service can capture, void and refund; nothing until the account has been indexed. */
  operated?: boolean | null;
  scopes: Scope[];
  last_event_sequence: number;
}

export const PAYMENT_STATUSES = [
  "created",
  "expired",
  "cancelled",
  "reverted",
  "authorized",
  "late",
  "disputed",
  "partially_captured",
  "captured",
  "voided",
  "reclaimed",
  "partially_refunded",
  "refunded",
  "transferred",
  "underpaid",
  "overpaid",
  "mismatched",
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export type Finality = "unseen" | "confirmed" | "finalized";
export type TransactionStatus = "recorded" | "signed" | "sent" | "confirmed" | "failed";
export type TransactionKind =
  | "authorize"
  | "charge"
  | "capture"
  | "release"
  | "dispute"
  | "resolve"
  | "void"
  | "reclaim"
  | "refund"
  | "close";

/** One authorize, capture, void, … of a payment. */
export interface Transaction {
  id: string;
  kind: TransactionKind;
  status: TransactionStatus;
  finality: Finality;
  amount: Money;
  signature?: string | null;
  created_at: string;
  error?: { code: string; detail?: string | null } | null;
}

export interface Item {
  name: string;
  quantity: string;
  unit?: string | null;
  unit_price: string;
  total: string;
}

export interface Payment {
  id: string;
  address: string;
  status: PaymentStatus;
  finality: Finality;
  amount: Money;
  capturable: Money;
  captured: Money;
  refunded: Money;
  refundable: Money;
  fees: Money;
  /** What can be ordered now; nothing in the snapshots of events. */
  available?: { capture: Money; void: Money; refund: Money } | null;
  mint: string;
  symbol?: string | null;
  decimals: number;
  capture_mode: "manual" | "immediate";
  price?: { amount: string; currency: string } | null;
  order_reference?: string | null;
  description?: string | null;
  payer?: string | null;
  customer?: { name?: string | null; email?: string | null; reference?: string | null } | null;
  store?: string;
  arbiter?: string | null;
  authorization_expires_at: string;
  refund_expires_at: string;
  capture_from?: string | null;
  dispute_expires_at?: string | null;
  cancelled_at?: string | null;
  duplicate_of?: string | null;
  created_at: string;
  closed: boolean;
  items?: Item[];
  metadata: Record<string, string>;
  transactions: Transaction[];
  transfers?: { amount: Money; signature: string; block_time: string }[];
  pay_url?: string;
  checkout_url?: string;
}

export interface Balance {
  mint: string;
  symbol?: string | null;
  decimals: number;
  /** Paid by customers and not captured. */
  escrow: Money;
  /** The merchant's, and not paid out. */
  balance: Money;
  /** The protocol's, and not swept. */
  fees: Money;
}

export interface Balances {
  data: Balance[];
  payout_wallet?: string | null;
}

export interface Endpoint {
  id: string;
  url: string;
  description?: string | null;
  /** Types of events and patterns; nothing for all. */
  types?: string[] | null;
  store?: string | null;
  status: "active" | "paused" | "failing";
  paused_reason?: string | null;
  paused_at?: string | null;
  failing_since?: string | null;
  failures: number;
  next_probe_at?: string | null;
  previous_keys_until?: string | null;
  public_key: string;
  /** Shown once: when it is created or rotated. */
  secret?: string | null;
  created_at: string;
}

/** What a merchant was told, as webhooks carry it. */
export interface MerchantEvent {
  id: string;
  type: string;
  sequence: number;
  timestamp: string;
  test?: boolean;
  data: { payment?: Payment; transaction?: Transaction };
}
