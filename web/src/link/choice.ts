/** What a customer may choose to pay. */

import { formatAmount, parseAmount, type AmountFault } from "../common/money";
import type { LinkTerms } from "./data";

export type ChoiceFault = AmountFault | "zero" | "below" | "above";
/** An amount as the API reads it, or what is wrong with what was written. */
export type Choice = { amount: string; fault: null } | { amount: null; fault: ChoiceFault };

/** Digits behind the point: as many as any token or currency here has. The API knows how many this one has. */
export const MOST_DECIMALS = 9;

export function choose(text: string, { min_amount, max_amount }: Pick<LinkTerms, "min_amount" | "max_amount">): Choice {
  const amount = parseAmount(text, MOST_DECIMALS);
  if (typeof amount === "string") {
    return { amount: null, fault: amount };
  }
  if (amount === 0n) {
    return { amount: null, fault: "zero" };
  }
  const [least, most] = [bound(min_amount), bound(max_amount)];
  if (least !== null && amount < least) {
    return { amount: null, fault: "below" };
  }
  if (most !== null && amount > most) {
    return { amount: null, fault: "above" };
  }
  return { amount: formatAmount(amount, MOST_DECIMALS), fault: null };
}

function bound(text: string | null): bigint | null {
  const amount = text === null ? null : parseAmount(text, MOST_DECIMALS);
  return typeof amount === "bigint" ? amount : null;
}
