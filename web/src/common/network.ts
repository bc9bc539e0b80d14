/** The chain that the gateway works on, as wallets name it, and where its transactions can be looked up. */

import { signal } from "@preact/signals";

import { api } from "./api";

export interface Network {
  /** Such as `solana:mainnet`: <https://github.com/wallet-standard/wallet-standard> */
  chain: `solana:${string}`;
  /** With `{signature}` in it. A local net has none. */
  transaction_url: string | null;
  /** With `{address}` in it. A local net has none. */
  address_url: string | null;
}

/** Nothing until it is known. */
export const network = signal<Network | null>(null);

let asked: Promise<Network> | null = null;

/** Asks once; a failure is asked again the next time. */
export function loadNetwork(): Promise<Network> {
  asked ??= api<Network>("/v1/network").then(
    (answer) => (network.value = answer),
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}
