/** What the API says about a payment link. */

/** What a link asks for. Amounts are decimal text. */
export interface LinkTerms {
  id: string;
  merchant_name: string;
  title: string;
  description: string | null;
  /** Symbols or mints, the preferred one first. */
  tokens: string[];
  /** What amounts are in, where that is none of the tokens. */
  currency: string | null;
  /** What every payment is of; nothing where the customer chooses. */
  amount: string | null;
  min_amount: string | null;
  max_amount: string | null;
  suggested_amounts: string[];
  /** Whether it makes payments. */
  active: boolean;
  page_url: string;
}

/** What a link has made, as far as this page needs it. */
export interface LinkPayment {
  id: string;
}
