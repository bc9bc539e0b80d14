import { shorten } from "./components/Address";
import { decimal } from "./i18n";

/** A token's symbol, or its shortened address where it has none. */
export function tokenName(token: { symbol: string | null; mint: string }): string {
  return token.symbol ?? shorten(token.mint);
}

/** An amount with its token, for use within a sentence. */
export function amountOf(value: string, token: { symbol: string | null; mint: string }): string {
  return `${decimal(value)} ${tokenName(token)}`;
}
