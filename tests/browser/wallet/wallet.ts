/** The half of the test wallet that is outside of the page: it has the key, signs, sends, and does what its user does. */
import {
  Connection,
  Keypair,
  TransactionMessage,
  VersionedTransaction,
  type TransactionInstruction,
} from "@solana/web3.js";
import bs58 from "bs58";
import type { BrowserContext } from "playwright-core";
import nacl from "tweetnacl";

import { bundle } from "./bundle.ts";
import { BRIDGE, BUNDLE } from "./protocol.ts";
import type { Appearance, Ask, SignInFields, Told } from "./protocol.ts";

export const FEATURES = [
  "standard:connect",
  "standard:disconnect",
  "standard:events",
  "solana:signAndSendTransaction",
  "solana:signTransaction",
  "solana:signMessage",
  "solana:signIn",
];

/** What wallets answer when their user says no, and its code. */
const REJECTED = { ok: false, said: "User rejected the request.", code: 4001 } as const;
const FAILED = -32603;

/** How the wallet behaves from now on; a test changes it as it goes. */
export type Behaviour = {
  /** The user says no to whatever is asked. */
  declines: boolean;
  /** The wallet has no connection to its node: it signs and cannot send. */
  offline: boolean;
  /** What happens between the wallet's question to its user and the answer. */
  beforeSigning: () => Promise<void>;
  /** What the wallet adds to each transaction by itself, as Phantom does. */
  adds: TransactionInstruction[];
  /** The user was away until the blockhash was too old. */
  comesTooLate: boolean;
};

export class TestWallet {
  readonly key: Keypair;
  readonly behaviour: Behaviour = {
    declines: false,
    offline: false,
    beforeSigning: async () => {},
    adds: [],
    comesTooLate: false,
  };
  /** The signatures of what was sent, in order. */
  readonly sent: string[] = [];
  /** How many times the node took nothing. */
  refused = 0;
  readonly appearance: Appearance;
  readonly #connection: Connection;
  #trusted = false;

  constructor(connection: Connection, options: { key?: Keypair; chains?: string[]; features?: string[] } = {}) {
    this.key = options.key ?? Keypair.generate();
    this.#connection = connection;
    this.appearance = {
      name: "Test Wallet",
      address: this.address,
      chains: options.chains ?? ["solana:localnet"],
      features: options.features ?? FEATURES,
    };
  }

  get address(): string {
    return this.key.publicKey.toBase58();
  }

  /** Every page of the context finds the wallet, also after a reload. */
  async installIn(context: BrowserContext): Promise<void> {
    await context.exposeFunction(BRIDGE, (question: Ask) => this.#answer(question));
    const install = `${BUNDLE}.install(${JSON.stringify(this.appearance)});`;
    await context.addInitScript({ content: `${await bundle()}\n${install}` });
  }

  /** Signs what an API handed out, and sends it: for steps of a test that need no page. */
  async signAndSend(transaction: string): Promise<string> {
    return this.#send(await this.#sign(transaction));
  }

  async #answer(question: Ask): Promise<Told> {
    try {
      return await this.#do(question);
    } catch (error) {
      return { ok: false, said: error instanceof Error ? error.message : String(error), code: FAILED };
    }
  }

  async #do(question: Ask): Promise<Told> {
    switch (question.what) {
      case "connect":
        if (question.silent) return { ok: true, connected: this.#trusted };
        if (this.behaviour.declines) return REJECTED;
        this.#trusted = true;
        return { ok: true, connected: true };
      case "disconnect":
        this.#trusted = false;
        return { ok: true };
    }
    await this.behaviour.beforeSigning();
    if (this.behaviour.declines) return REJECTED;
    switch (question.what) {
      case "signMessage":
        return { ok: true, signature: this.#signature(Buffer.from(question.message, "base64")) };
      case "signIn": {
        this.#trusted = true;
        const message = Buffer.from(signInText(question.domain, this.address, question.fields));
        return { ok: true, message: message.toString("base64"), signature: this.#signature(message) };
      }
      case "signTransaction": {
        const signed = await this.#sign(question.transaction, question.chain);
        return { ok: true, transaction: Buffer.from(signed.serialize()).toString("base64") };
      }
      case "signAndSendTransaction": {
        const signature = await this.#send(await this.#sign(question.transaction, question.chain));
        return { ok: true, signature: Buffer.from(bs58.decode(signature)).toString("base64") };
      }
    }
  }

  #signature(message: Uint8Array): string {
    return Buffer.from(nacl.sign.detached(message, this.key.secretKey)).toString("base64");
  }

  async #sign(base64: string, chain?: string): Promise<VersionedTransaction> {
    if (chain !== undefined && !this.appearance.chains.includes(chain)) {
      throw new Error(`this wallet is not on ${chain}`);
    }
    const asked = VersionedTransaction.deserialize(Buffer.from(base64, "base64"));
    const { adds, comesTooLate } = this.behaviour;
    let transaction = asked;
    if (adds.length > 0 || comesTooLate) {
      const message = TransactionMessage.decompile(asked.message);
      message.instructions.push(...adds);
      // A hash that the node does not know any more looks like one that it never knew.
      if (comesTooLate) message.recentBlockhash = Keypair.generate().publicKey.toBase58();
      transaction = new VersionedTransaction(message.compileToV0Message());
    }
    transaction.sign([this.key]);
    return transaction;
  }

  async #send(transaction: VersionedTransaction): Promise<string> {
    if (this.behaviour.offline) throw new Error("Failed to send the transaction: the wallet is offline");
    try {
      const signature = await this.#connection.sendRawTransaction(transaction.serialize(), { maxRetries: 0 });
      this.sent.push(signature);
      return signature;
    } catch (error) {
      this.refused += 1;
      throw error;
    }
  }
}

/** The text of Sign-In With Solana: fields that are not given have no line. */
function signInText(domain: string, address: string, fields: SignInFields): string {
  const { statement, resources } = fields;
  const lines = [
    ["URI", fields.uri],
    ["Version", fields.version],
    ["Chain ID", fields.chainId],
    ["Nonce", fields.nonce],
    ["Issued At", fields.issuedAt],
    ["Expiration Time", fields.expirationTime],
    ["Not Before", fields.notBefore],
    ["Request ID", fields.requestId],
    ["Resources", resources && ["", ...resources.map((resource) => `- ${resource}`)].join("\n")],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const asked = `${domain} wants you to sign in with your Solana account:\n${address}`;
  return [asked, ...(statement ? [statement] : []), ...(lines.length > 0 ? [lines.join("\n")] : [])].join("\n\n");
}
