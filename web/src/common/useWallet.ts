import { useEffect } from "preact/hooks";

import { connect, connected, disconnect, isRightNetwork, signAndSend, startWallets, wallets } from "./wallet";

/** The wallets of the browser, and the one that is connected. A component that uses it follows every change. */
export function useWallet() {
  useEffect(startWallets, []);
  const now = connected.value;
  return {
    wallets: wallets.value,
    wallet: now?.wallet ?? null,
    /** In base58. */
    address: now?.account.address ?? null,
    isRightNetwork: isRightNetwork.value,
    connect,
    disconnect,
    signAndSend,
  };
}
