/** A payment link, and what is asked of the API for a new one. Pure. */

export interface Link {
  id: string;
  title: string;
  description?: string | null;
  /** Symbols or mints. */
  tokens: string[];
  /** What amounts are in, where that is none of the tokens. */
  currency?: string | null;
  /** Nothing where the customer chooses. */
  amount?: string | null;
  min_amount?: string | null;
  max_amount?: string | null;
  active: boolean;
  page_url: string;
}

/** What was filled in. */
export interface Draft {
  title: string;
  description: string;
  token: string;
  chooses: boolean;
  amount: string;
  least: string;
  most: string;
  suggested: string;
  immediate: boolean;
  redirect: string;
}

/** The request: what was left empty is not in it, and a comma in an amount is a point. */
export function requestOf(draft: Draft): Record<string, unknown> {
  const amount = (text: string) => text.trim().replace(",", ".");
  const amounts = draft.chooses
    ? {
        min_amount: amount(draft.least),
        max_amount: amount(draft.most),
        suggested_amounts: draft.suggested.split(/[\s;]+/).map(amount).filter(Boolean),
      }
    : { amount: amount(draft.amount) };
  const all = {
    title: draft.title.trim(),
    description: draft.description.trim(),
    token: draft.token,
    capture_mode: draft.immediate ? "immediate" : "manual",
    redirect_url: draft.redirect.trim(),
    ...amounts,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.length > 0));
}
