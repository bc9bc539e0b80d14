/** Wallets in the browser, by the Wallet Standard: <https://github.com/wallet-standard/wallet-standard> */

import { batch, computed, signal } from "@preact/signals";
import {
  SolanaSignAndSendTransaction,
  type SolanaSignAndSendTransactionFeature,
} from "@solana/wallet-standard-features";
import { getWallets } from "@wallet-standard/app";
import type { Wallet, WalletAccount } from "@wallet-standard/base";
import {
  StandardConnect,
  StandardDisconnect,
  StandardEvents,
  type StandardConnectFeature,
  type StandardDisconnectFeature,
  type StandardEventsFeature,
} from "@wallet-standard/features";
import bs58 from "bs58";

import { forget, recall, remember } from "./memory";
import { loadNetwork, network } from "./network";

export type WalletFault =
  /** The person said no. */
  | "declined"
  /** The wallet does not know the chain, or its account is not of it. */
  | "wrong_network"
  /** The wallet signs, but does not send. */
  | "cannot_send"
  /** The wallet has no account to give. */
  | "no_account"
  /** Anything else; the message is the wallet's. */
  | "failed";

export class WalletError extends Error {
  readonly fault: WalletFault;

  constructor(fault: WalletFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "WalletError";
    this.fault = fault;
  }
}

export interface Connected {
  wallet: Wallet;
  account: WalletAccount;
}

const STORED = "till.wallet";

/** The wallets of this browser that know Solana and can be connected. */
export const wallets = signal<readonly Wallet[]>([]);
/** The wallet that is connected, with the account that it gave. */
export const connected = signal<Connected | null>(null);

/** Whether the connected account is of the gateway's chain; true while either is unknown. */
export const isRightNetwork = computed(() => {
  const [now, wanted] = [connected.value, network.value];
  return !now || !wanted || knows(now, wanted.chain);
});

let stopEvents: (() => void) | undefined;
let started = false;

/** Looks for wallets, from now on, and connects again to the one of the last visit, if it lets us without asking. */
export function startWallets(): void {
  if (started) {
    return;
  }
  started = true;
  const found = getWallets();
  const update = () => {
    wallets.value = found.get().filter(isUsable);
    const last = wallets.value.find((wallet) => wallet.name === recall(STORED));
    if (last && !connected.value) {
      void connect(last, true).catch(() => undefined);
    }
  };
  found.on("register", update);
  found.on("unregister", update);
  update();
  void loadNetwork().catch(() => undefined);
}

function isUsable(wallet: Wallet): boolean {
  return StandardConnect in wallet.features && wallet.chains.some((chain) => chain.startsWith("solana:"));
}

/**
 * Connects to a wallet. A silent connection asks nobody: it succeeds only if the wallet has agreed before.
 *
 * @throws {WalletError}
 */
export async function connect(wallet: Wallet, silent = false): Promise<Connected> {
  const feature = wallet.features[StandardConnect] as StandardConnectFeature[typeof StandardConnect];
  const { accounts } = await feature.connect({ silent }).catch((error: unknown) => {
    throw toWalletError(error);
  });
  const now = chosen(wallet, accounts.length > 0 ? accounts : wallet.accounts);
  if (!now) {
    throw new WalletError("no_account", `${wallet.name} gave no account`);
  }
  connected.value = now;
  remember(STORED, wallet.name);
  follow(wallet);
  return now;
}

/** The first account that is of the gateway's chain, else the first of Solana: what is wrong with it is told. */
function chosen(wallet: Wallet, accounts: readonly WalletAccount[]): Connected | null {
  const ofSolana = accounts.filter((account) => account.chains.some((chain) => chain.startsWith("solana:")));
  const chain = network.value?.chain;
  const right = ofSolana.find((account) => chain && knows({ wallet, account }, chain));
  const account = right ?? ofSolana[0];
  return account ? { wallet, account } : null;
}

function knows({ wallet, account }: Connected, chain: `solana:${string}`): boolean {
  return wallet.chains.includes(chain) && account.chains.includes(chain);
}

/** Follows the wallet when its person takes another account, or the permission away. */
function follow(wallet: Wallet): void {
  stopEvents?.();
  stopEvents = undefined;
  if (StandardEvents in wallet.features) {
    const feature = wallet.features[StandardEvents] as StandardEventsFeature[typeof StandardEvents];
    stopEvents = feature.on("change", () => {
      connected.value = chosen(wallet, wallet.accounts);
    });
  }
}

/** Lets the wallet go, and forgets it. */
export async function disconnect(): Promise<void> {
  const wallet = connected.value?.wallet;
  stopEvents?.();
  stopEvents = undefined;
  batch(() => {
    connected.value = null;
    forget(STORED);
  });
  if (wallet && StandardDisconnect in wallet.features) {
    const feature = wallet.features[StandardDisconnect] as StandardDisconnectFeature[typeof StandardDisconnect];
    await feature.disconnect().catch(() => undefined);
  }
}

/**
 * Has the connected wallet sign a transaction, in base64, and send it. Answers its signature, in base58.
 *
 * @throws {WalletError}
 */
export async function signAndSend(transaction: string): Promise<string> {
  const now = connected.value;
  if (!now) {
    throw new WalletError("no_account", "no wallet is connected");
  }
  const { chain } = await loadNetwork();
  if (!knows(now, chain)) {
    throw new WalletError("wrong_network", `${now.wallet.name} is not on ${chain}`);
  }
  // What a wallet only signs would have to be sent by us: then nobody but us would know whether it was.
  if (!(SolanaSignAndSendTransaction in now.wallet.features)) {
    throw new WalletError("cannot_send", `${now.wallet.name} cannot send transactions`);
  }
  const feature = now.wallet.features[
    SolanaSignAndSendTransaction
  ] as SolanaSignAndSendTransactionFeature[typeof SolanaSignAndSendTransaction];
  const input = { account: now.account, chain, transaction: fromBase64(transaction) };
  const outputs = await feature.signAndSendTransaction(input).catch((error: unknown) => {
    throw toWalletError(error);
  });
  const signature = outputs[0]?.signature;
  if (!signature) {
    throw new WalletError("failed", `${now.wallet.name} gave no signature`);
  }
  return bs58.encode(signature);
}

/** How providers of wallets say that their user refused: EIP-1193's number is used on Solana too. */
const USER_REJECTED = 4001;
// Not "closed" or "refused" alone: a connection is that too, and then something may have been sent.
const REFUSING = /\b(reject|declin|den(y|ied)|cancel|user (refus|abort|clos)|(popup|window|plugin) (was )?closed)/i;

/** A wallet's error, as one of ours: what it means is in its code, or only in its words. */
export function toWalletError(error: unknown): WalletError {
  if (error instanceof WalletError) {
    return error;
  }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const words = typeof message === "string" ? message : String(error);
  const isRefusal = code === USER_REJECTED || REFUSING.test(words);
  return new WalletError(isRefusal ? "declined" : "failed", words, error);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
