/** A statement of the merchant's vaults, and whether it adds up. Pure. */

import { isEqual, sum } from "../decimals";

/** Decimal text, in units of the token. */
export interface Holding {
  escrow: string;
  balance: string;
  fees: string;
}

export const PARTS = ["escrow", "balance", "fees"] as const;

export interface Line extends Holding {
  time: string;
  signature: string;
  event: string;
  vault: string;
  payment?: string | null;
  order_reference?: string | null;
}

/** What all lines moved. */
export function movedBy(lines: readonly Holding[]): Holding {
  const of = (part: keyof Holding) => sum(lines.map((line) => line[part]));
  return { escrow: of("escrow"), balance: of("balance"), fees: of("fees") };
}

/** Whether the opening and all that moved come to the closing, to the base unit. */
export function balances(opening: Holding, lines: readonly Holding[], closing: Holding): boolean {
  const moved = movedBy(lines);
  return PARTS.every((part) => isEqual(sum([opening[part], moved[part]]), closing[part]));
}
