/** What the API tells of a payment to who has its link. */

import type { Money } from "../common/api";

export type PaymentStatus =
  | "created"
  | "expired"
  | "cancelled"
  | "reverted"
  | "authorized"
  | "late"
  | "disputed"
  | "partially_captured"
  | "captured"
  | "voided"
  | "reclaimed"
  | "partially_refunded"
  | "refunded"
  | "transferred"
  | "underpaid"
  | "overpaid"
  | "mismatched";

export type Finality = "unseen" | "confirmed" | "finalized";
export type PayerAction = "release" | "dispute" | "reclaim" | "close";

export interface Item {
  name: string;
  description?: string;
  /** A decimal number. */
  quantity: string;
  unit?: string;
  unit_price: string;
  total: string;
}

export interface ChainTransaction {
  id: string;
  kind:
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
  amount: Money;
  finality: Finality;
  signature: string | null;
  created_at: string;
}

export interface Transfer {
  signature: string;
  mint: string;
  amount: Money;
  block_time: string;
  finality: Finality;
}

export interface PaymentOption {
  mint: string;
  symbol: string | null;
  amount: Money;
}

/** `GET /pay/{id}/checkout` */
export interface Payment {
  id: string;
  address: string;
  merchant_name: string;
  status: PaymentStatus;
  finality: Finality;
  sequence: number;
  closed: boolean;
  mint: string;
  symbol: string | null;
  decimals: number;
  amount: Money;
  capturable: Money;
  captured: Money;
  refunded: Money;
  price: { amount: string; currency: string } | null;
  options: PaymentOption[];
  description: string | null;
  items: Item[];
  order_reference: string | null;
  redirect_url: string | null;
  donation: { campaign: string; suggested: string[] } | null;
  capture_mode: string;
  authorization_expires_at: string;
  quote_expires_at: string | null;
  refund_expires_at: string;
  capture_from: string | null;
  arbiter: string | null;
  dispute_expires_at: string | null;
  payer: string | null;
  payer_actions: PayerAction[];
  transactions: ChainTransaction[];
  transfers: Transfer[];
  solana_pay_url: string;
  transfer_url: string | null;
  now: string;
}

/** One of `GET /pay/{id}/options`: a way to pay, as one wallet sees it. */
export interface WayToPay {
  mint: string;
  symbol: string | null;
  amount: Money;
  /** What leaves the wallet: more than the amount under a mint with a transfer fee. */
  sent: Money;
  quote_expires_at: string | null;
  affordable: boolean;
  missing: Money | null;
  missing_sol: Money | null;
  network_fee: Money;
  rent: Money;
  total: { amount: string; currency: string } | null;
  cheapest: boolean;
}
