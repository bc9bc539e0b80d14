/** The words that all pages share, and those for what can go wrong. */

import { ApiProblem, ConnectionLost } from "./api";
import { translator } from "./i18n";
import en from "./messages/en.json";
import hu from "./messages/hu.json";
import { network } from "./network";
import { toWalletError, WalletError } from "./wallet";

export const shared = translator({ en, hu });

/** What an error of the API or of a wallet means to a person. The API's own words are meant for people. */
export function explain(error: unknown): string {
  if (error instanceof ConnectionLost) {
    return shared("offline");
  }
  if (error instanceof ApiProblem) {
    return error.status >= 500 ? shared("problem_internal") : sentence(error.message);
  }
  const { fault, message } = error instanceof WalletError ? error : toWalletError(error);
  switch (fault) {
    case "declined":
      return shared("wallet_declined");
    case "wrong_network":
      return shared("wallet_wrong_network", { network: networkName() });
    case "cannot_send":
      return shared("wallet_cannot_send");
    case "no_account":
      return shared("wallet_no_account");
    case "failed":
      return shared("wallet_failed", { reason: message });
  }
}

/** The gateway's chain by the name that wallets show. */
export function networkName(): string {
  switch (network.value?.chain) {
    case "solana:mainnet":
      return shared("network_mainnet");
    case "solana:devnet":
      return shared("network_devnet");
    case "solana:testnet":
      return shared("network_testnet");
    case "solana:localnet":
      return shared("network_localnet");
    default:
      return network.value?.chain ?? "Solana";
  }
}

/** With a capital letter and a full stop: the API's details have neither. */
export function sentence(detail: string): string {
  const begun = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
