/** What the API says about a donation campaign. */

import type { Money } from "../common/api";

/** `succeeded`, `missed` and `cancelled` are ends of an all-or-nothing campaign; a keep-all one has `ended`. */
export type CampaignStatus = "open" | "succeeded" | "missed" | "cancelled" | "ended" | "closed";

export interface Campaign {
  address: string;
  title: string | null;
  description: string | null;
  merchant_name: string | null;
  creator: string;
  beneficiary: string;
  mint: string;
  symbol: string | null;
  decimals: number;
  kind: "keep_all" | "all_or_nothing";
  goal: Money;
  raised: Money;
  withdrawn: Money;
  refunded: Money;
  /** How many there were. */
  donations: number;
  donors: number;
  /** RFC 3339. */
  deadline: string;
  status: CampaignStatus;
  /** In units of the token. */
  suggested_amounts: string[];
  page_url: string;
  action_url: string;
}

export interface Donation {
  donor: string;
  amount: Money;
  signature: string;
  donated_at: string;
}

/** What a wallet has given to a campaign. */
export interface Receipt {
  /** In all, refunds included. */
  amount: Money;
  /** Whether the wallet can have it back now. */
  refundable: boolean;
  /** What it can take back, or would if the goal were missed. */
  owed: Money;
  /** Whether the receipt can be closed, which gives its rent back. */
  closable: boolean;
  /** How it ended; nothing while it is open, and where a campaign gives none. */
  outcome: "refunded" | "settled" | null;
}
