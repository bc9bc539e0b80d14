/** The half of the test wallet that lives in the page: the Wallet Standard, and nothing that knows a key. */
import type { Wallet, WalletAccount, WalletEventsWindow, WalletIcon } from "@wallet-standard/base";
import type { StandardEventsListeners } from "@wallet-standard/features";
import bs58 from "bs58";

import { BRIDGE } from "./protocol.ts";
import type { Appearance, Ask, SignInFields, Told } from "./protocol.ts";

type Success = Extract<Told, { ok: true }>;
type TransactionInput = { transaction: Uint8Array; chain?: string };

const ICON: WalletIcon =
  "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI4IiBoZWlnaHQ9IjgiPjxyZWN0IHdpZHRoPSI4IiBoZWlnaHQ9IjgiIGZpbGw9IiM1YTQiLz48L3N2Zz4=";

async function ask(question: Ask): Promise<Success> {
  const bridge = (window as unknown as Record<string, (question: Ask) => Promise<Told>>)[BRIDGE];
  if (!bridge) throw new Error("the test wallet has no bridge");
  const told = await bridge(question);
  if (!told.ok) throw Object.assign(new Error(told.said), { code: told.code });
  return told;
}

function bytes(base64: string | undefined): Uint8Array {
  return Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
}

function base64(of: Uint8Array): string {
  return btoa(String.fromCharCode(...of));
}

/** Makes the wallet known to whoever asks for wallets, now and later. */
export function install(appearance: Appearance): void {
  const chains = appearance.chains as `${string}:${string}`[];
  const account: WalletAccount = {
    address: appearance.address,
    publicKey: bs58.decode(appearance.address),
    chains,
    features: appearance.features.filter((name) => name.startsWith("solana:")) as `${string}:${string}`[],
  };
  const listeners = new Set<StandardEventsListeners["change"]>();
  let accounts: WalletAccount[] = [];
  const become = (next: WalletAccount[]) => {
    accounts = next;
    for (const listener of listeners) listener({ accounts });
  };

  const all: Record<string, unknown> = {
    "standard:connect": {
      version: "1.0.0",
      connect: async (input?: { silent?: boolean }) => {
        const told = await ask({ what: "connect", silent: input?.silent ?? false });
        if (told.connected && accounts.length === 0) become([account]);
        return { accounts };
      },
    },
    "standard:disconnect": {
      version: "1.0.0",
      disconnect: async () => {
        await ask({ what: "disconnect" });
        become([]);
      },
    },
    "standard:events": {
      version: "1.0.0",
      on: (_event: "change", listener: StandardEventsListeners["change"]) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    "solana:signTransaction": {
      version: "1.0.0",
      supportedTransactionVersions: ["legacy", 0],
      signTransaction: (...inputs: TransactionInput[]) =>
        Promise.all(
          inputs.map(async ({ transaction, chain }) => {
            const told = await ask({ what: "signTransaction", transaction: base64(transaction), chain });
            return { signedTransaction: bytes(told.transaction) };
          }),
        ),
    },
    "solana:signAndSendTransaction": {
      version: "1.0.0",
      supportedTransactionVersions: ["legacy", 0],
      signAndSendTransaction: (...inputs: TransactionInput[]) =>
        Promise.all(
          inputs.map(async ({ transaction, chain }) => {
            const told = await ask({ what: "signAndSendTransaction", transaction: base64(transaction), chain });
            return { signature: bytes(told.signature) };
          }),
        ),
    },
    "solana:signMessage": {
      version: "1.1.0",
      signMessage: (...inputs: { message: Uint8Array }[]) =>
        Promise.all(
          inputs.map(async ({ message }) => {
            const told = await ask({ what: "signMessage", message: base64(message) });
            return { signedMessage: message, signature: bytes(told.signature) };
          }),
        ),
    },
    "solana:signIn": {
      version: "1.0.0",
      signIn: (...inputs: (SignInFields & { domain?: string })[]) =>
        Promise.all(
          inputs.map(async ({ domain, ...fields }) => {
            const told = await ask({ what: "signIn", domain: domain ?? location.host, fields });
            become([account]);
            return { account, signedMessage: bytes(told.message), signature: bytes(told.signature) };
          }),
        ),
    },
  };
  const features = Object.fromEntries(appearance.features.map((name) => [name, all[name]]));
  const wallet: Wallet = {
    version: "1.0.0",
    name: appearance.name,
    icon: ICON,
    chains,
    features: features as Wallet["features"],
    get accounts() {
      return accounts;
    },
  };
  register(wallet);
}

/** <https://github.com/wallet-standard/wallet-standard>: whoever comes second finds the other. */
function register(wallet: Wallet): void {
  const target = window as unknown as WalletEventsWindow;
  const callback = ({ register }: { register: (...wallets: Wallet[]) => unknown }) => void register(wallet);
  target.addEventListener("wallet-standard:app-ready", ({ detail }) => callback(detail));
  window.dispatchEvent(new CustomEvent("wallet-standard:register-wallet", { detail: callback }));
}
