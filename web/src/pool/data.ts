/** What the API says about a staking pool, and about somebody's positions in it. */

import type { Money } from "../common/api";

/** A lock to choose. */
export interface Tier {
  index: number;
  lock_seconds: number;
  /** What a stake counts when rewards are shared, in basis points of its amount. */
  weight_bps: number;
}

/** One mint in which the pool pays. */
export interface Reward {
  index: number;
  mint: string;
  symbol: string | null;
  decimals: number;
  /** What all stakers together are given in a second now, in units of the token. */
  rate_per_second: string;
  /** When that ends, RFC 3339; nothing when nothing is given out. */
  ends_at: string | null;
  funded: Money;
  claimed: Money;
}

export interface Pool {
  address: string;
  title: string | null;
  description: string | null;
  /** Who says so. */
  merchant_name: string | null;
  authority: string;
  mint: string;
  symbol: string | null;
  decimals: number;
  tiers: Tier[];
  cooldown_seconds: number;
  staked: Money;
  cooling: Money;
  /** The sum of what all stakes weigh, in the same units as the stakes. */
  weighted: Money;
  positions: number;
  retired: boolean;
  rewards: Reward[];
  /** The chain's time of all this, RFC 3339. */
  as_of: string;
  page_url: string;
  action_url: string;
}

export interface Claimable {
  index: number;
  mint: string;
  symbol: string | null;
  amount: Money;
}

/** A stake of one wallet in one tier. */
export interface Position {
  address: string;
  tier: number;
  amount: Money;
  weighted: Money;
  cooling: Money;
  /** From when on the stake can be asked back, RFC 3339. */
  unlock_at: string;
  /** From when on what cools down can be withdrawn. */
  available_at: string | null;
  claimable: Claimable[];
}
