/** Where the chain can be looked at by others than us; nothing on a local net. */

import { network } from "../../common/network";

export function transactionHref(signature: string): string | null {
  return network.value?.transaction_url?.replace("{signature}", signature) ?? null;
}

export function addressHref(address: string): string | null {
  return network.value?.address_url?.replace("{address}", address) ?? null;
}
