import { shorten } from "../shared/components/Address";
import { decimal } from "../shared/i18n";

/** A token by its name, or by the beginning and the end of its mint. */
export function tokenName({ symbol, mint }: { symbol: string | null; mint: string }): string {
  return symbol ?? shorten(mint);
}

/** An amount with its token, such as `25.00 USDC`. */
export function amountOf(value: string, token: { symbol: string | null; mint: string }): string {
  return `${decimal(value)} ${tokenName(token)}`;
}
