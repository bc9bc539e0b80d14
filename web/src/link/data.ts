/** What the API says about a payment link. */

import type { Money } from "../shared/api";

export interface LinkTerms {
  id: string;
  title: string;
  description: string | null;
  merchant_name: string | null;
  active: boolean;
  symbol: string | null;
  decimals: number;
  /** The amount, where the merchant has set it; else the customer chooses. */
  amount: Money | null;
  min_amount: Money | null;
  max_amount: Money | null;
  /** In units of the token or currency. */
  suggested_amounts: string[];
}
