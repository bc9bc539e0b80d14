/** What the API says about the burns of a token. */

import type { Money } from "../common/api";

export interface Burn {
  /** Nobody's when they were fees. */
  owner: string | null;
  amount: Money;
  signature: string;
  burned_at: string;
}

export interface Burns {
  mint: string;
  symbol: string | null;
  decimals: number;
  /** What exists now. */
  supply: Money;
  burned: { by_holders: Money; from_fees: Money; total: Money };
  /** How many there were. */
  burns: number;
  recent: Burn[];
  page_url: string;
  action_url: string;
}
