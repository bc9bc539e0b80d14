/** Amounts of tokens. They are whole numbers of base units, or decimal text; never floating point. */

/** Digits, and a point with digits after it where wanted. */
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;
/** The most that a token can have, in base units. */
const MOST = 2n ** 64n - 1n;
/** Fewest digits after the point, where the token has as many: money reads as 25.00, not as 25. */
const SHORTEST_FRACTION = 2;

/** Why a text is not an amount. */
export type AmountFault = "malformed" | "too_precise" | "too_large";

/** Reads an amount as a person writes it, with a point or a comma, into base units. Nothing is rounded. */
export function parseAmount(text: string, decimals: number): bigint | AmountFault {
  const match = DECIMAL.exec(text.trim().replace(",", "."));
  if (!match) {
    return "malformed";
  }
  const [, whole = "", digits = ""] = match;
  const fraction = digits.replace(/0+$/, "");
  if (fraction.length > decimals) {
    return "too_precise";
  }
  const amount = BigInt(whole + fraction.padEnd(decimals, "0"));
  return amount > MOST ? "too_large" : amount;
}

/** Base units as decimal text, as the API writes them. */
export function formatAmount(baseUnits: bigint, decimals: number): string {
  if (decimals === 0) {
    return baseUnits.toString();
  }
  const digits = baseUnits.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return `${whole}.${fraction.padEnd(Math.min(SHORTEST_FRACTION, decimals), "0")}`;
}

/** How much of a whole, in basis points rounded down; a whole of nothing is full. */
export function shareBps(part: bigint, whole: bigint): number {
  return whole === 0n ? 10_000 : Number((part * 10_000n) / whole);
}
