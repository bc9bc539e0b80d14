/** Of which token amounts are shown. The choice goes along from view to view. */

import { signal } from "@preact/signals";

import type { Balance } from "./api/types";

export const chosenMint = signal<string | null>(null);

/** The chosen token of those that there are, else the first. */
export function tokenOf<B extends Pick<Balance, "mint">>(tokens: readonly B[]): B | undefined {
  return tokens.find(({ mint }) => mint === chosenMint.value) ?? tokens[0];
}
