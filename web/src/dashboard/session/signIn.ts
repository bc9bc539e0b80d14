/** Sign-In With Solana: <https://github.com/phantom/sign-in-with-solana> */

import {
  SolanaSignIn,
  SolanaSignMessage,
  type SolanaSignInFeature,
  type SolanaSignInInput,
  type SolanaSignMessageFeature,
} from "@solana/wallet-standard-features";
import bs58 from "bs58";

import { api } from "../../common/api";
import { toWalletError, WalletError, type Connected } from "../../common/wallet";
import { begin, type Session } from "./session";

interface Challenge {
  nonce: string;
  message: string;
  input: SolanaSignInInput;
}

interface Signed {
  /** Base58. */
  wallet: string;
  signature: Uint8Array;
  message: Uint8Array;
}

/** Whether the wallet can prove who it is. */
export function canSignIn({ wallet }: Connected): boolean {
  return SolanaSignIn in wallet.features || SolanaSignMessage in wallet.features;
}

/**
 * Signs in with the connected wallet.
 *
 * @throws {WalletError} when the wallet or its person will not.
 * @throws {ApiProblem} when the API does not accept it.
 */
export async function signIn(connected: Connected): Promise<void> {
  const wallet = connected.account.address;
  const challenge = await api<Challenge>("/v1/auth/challenge", { method: "POST", body: { wallet } });
  const signed = await sign(connected, challenge).catch((error: unknown) => {
    throw toWalletError(error);
  });
  if (signed.wallet !== wallet) {
    throw new WalletError("failed", `${signed.wallet} signed instead of ${wallet}`);
  }
  const started = await api<Session>("/v1/auth/session", {
    method: "POST",
    body: {
      wallet,
      nonce: challenge.nonce,
      signature: bs58.encode(signed.signature),
      signed_message: toBase64(signed.message),
    },
  });
  begin({ token: started.token, wallet: started.wallet, expires_at: started.expires_at });
}

async function sign({ wallet, account }: Connected, challenge: Challenge): Promise<Signed> {
  if (SolanaSignIn in wallet.features) {
    const feature = wallet.features[SolanaSignIn] as SolanaSignInFeature[typeof SolanaSignIn];
    const [output] = await feature.signIn(challenge.input);
    if (output) {
      const { account, signature, signedMessage } = output;
      return { wallet: account.address, signature, message: signedMessage };
    }
  }
  if (SolanaSignMessage in wallet.features) {
    const feature = wallet.features[SolanaSignMessage] as SolanaSignMessageFeature[typeof SolanaSignMessage];
    const [output] = await feature.signMessage({ account, message: new TextEncoder().encode(challenge.message) });
    if (output) {
      return { wallet: account.address, signature: output.signature, message: output.signedMessage };
    }
  }
  throw new WalletError("failed", `${wallet.name} signs no messages`);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
