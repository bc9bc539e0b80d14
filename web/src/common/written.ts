import { shared } from "./words";
import { parseAmount } from "./money";

/** What somebody has written as an amount: base units, or words for what is wrong with it. */
export type Written = { amount: bigint; fault: null } | { amount: null; fault: string };

/** Reads an amount above nothing of a token with so many decimals. */
export function readAmount(text: string, decimals: number): Written {
  const amount = parseAmount(text, decimals);
  switch (amount) {
    case "malformed":
      return fault(shared("amount_malformed"));
    case "too_precise":
      return fault(shared("amount_too_precise", { count: decimals }));
    case "too_large":
      return fault(shared("amount_too_large"));
    default:
      return amount > 0n ? { amount, fault: null } : fault(shared("amount_zero"));
  }
}

function fault(words: string): Written {
  return { amount: null, fault: words };
}
