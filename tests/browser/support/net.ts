/** The running local net: what its `localnet.json` says, its API as the merchant calls it, and its chain. */
import { readFileSync } from "node:fs";

import { Connection, Keypair, PublicKey } from "@solana/web3.js";

import { until } from "./until.ts";

type Token = { symbol: string; mint: string; token_program: string; decimals: number };

/** What is used here of `localnet.json`. */
type Description = {
  api_url: string;
  rpc_url: string;
  ws_url: string;
  merchant_id: string;
  api_key: string;
  tokens: Token[];
  keypairs: Record<"operator" | "merchant" | "customer", string>;
};

/** What is used here of a payment, as the merchant is told. */
export type Payment = {
  id: string;
  address: string;
  status: string;
  payer: string | null;
  sequence: number;
  refunded: { value: string };
  pay_url: string;
  solana_pay_url: string;
  transfer_url?: string;
  checkout_url: string;
  transactions: { kind: string; signature: string | null; status: string }[];
};

/** An answer that was not a success, with the problem's code. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(method: string, path: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${method} ${path}: ${status} ${problem.code ?? ""} ${problem.detail ?? ""}`);
    this.status = status;
    this.code = problem.code ?? "";
  }
}

export class Net {
  readonly description: Description;
  readonly connection: Connection;

  constructor(path = process.env["TILL_LOCALNET"] ?? "../../.till/localnet.json") {
    this.description = JSON.parse(readFileSync(path, "utf8")) as Description;
    const { rpc_url, ws_url } = this.description;
    this.connection = new Connection(rpc_url, { commitment: "confirmed", wsEndpoint: ws_url });
  }

  get url(): string {
    return this.description.api_url;
  }

  token(symbol: string): Token {
    const token = this.description.tokens.find((token) => token.symbol === symbol);
    if (!token) throw new Error(`the local net has no ${symbol}`);
    return token;
  }

  keypair(of: keyof Description["keypairs"]): Keypair {
    const bytes = JSON.parse(readFileSync(this.description.keypairs[of], "utf8")) as number[];
    return Keypair.fromSecretKey(Uint8Array.from(bytes));
  }

  /** Calls the API with the merchant's key. */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.description.api_key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Refused(method, path, response.status, answer as { code?: string });
    return answer as Answer;
  }

  /** A payment of 25.00 USDC unless something else is asked for. */
  payment(request: Record<string, unknown> = {}): Promise<Payment> {
    return this.call("POST", "/v1/payments", { amount: "25.00", token: "USDC", ...request });
  }

  paymentNow(id: string): Promise<Payment> {
    return this.call("GET", `/v1/payments/${id}`);
  }

  untilStatus(id: string, status: string): Promise<Payment> {
    return until(`${id} is ${status}`, async () => {
      const payment = await this.paymentNow(id);
      return payment.status === status ? payment : undefined;
    });
  }

  /** The transaction by which this wallet pays, as the API hands it out. */
  async transactionFor(payment: string, wallet: { address: string }): Promise<string> {
    const answer = await this.call<{ transaction: string }>("POST", `/pay/${payment}`, { account: wallet.address });
    return answer.transaction;
  }

  /** Gives a wallet so much of a token, in base units, and SOL for what the network wants; nothing more than that. */
  async fund(wallet: PublicKey, baseUnits: bigint, symbol = "USDC", sol = 1): Promise<void> {
    const { mint, token_program } = this.token(symbol);
    const amount = { amount: Number(baseUnits) };
    await this.rpc("surfnet_setTokenAccount", [wallet.toBase58(), mint, amount, token_program]);
    if (sol > 0) await this.rpc("requestAirdrop", [wallet.toBase58(), sol * 1_000_000_000]);
    await until("the airdrop is there", async () => (await this.connection.getBalance(wallet)) > 0 || sol === 0);
  }

  /** What a wallet holds of a token, in base units. */
  async balance(wallet: PublicKey, symbol = "USDC"): Promise<bigint> {
    const mint = new PublicKey(this.token(symbol).mint);
    const { value } = await this.connection.getTokenAccountsByOwner(wallet, { mint });
    // The amount's place in a token account of either token program.
    return value.reduce((sum, { account }) => sum + account.data.readBigUInt64LE(64), 0n);
  }

  /** Waits until the chain's clock is beyond `time`: by moving the clock there. */
  async travelBeyond(time: Date): Promise<void> {
    const to = [{ absoluteTimestamp: time.getTime() + 2_000 }];
    const failure = await this.rpc("surfnet_timeTravel", to).then(() => undefined, String);
    if (failure === undefined) return;
    // The chain answers that it has not moved when that takes it two seconds, and moves all the same. Asked again, it
    // could move twice, the second time back to the slot that the first had brought it to.
    await until(`the clock has moved, after ${failure}`, async () => (await this.now()) > time);
  }

  /** What the chain's clock reads now. */
  async now(): Promise<Date> {
    const slot = await this.connection.getSlot("confirmed");
    return new Date(((await this.connection.getBlockTime(slot)) ?? 0) * 1_000);
  }

  async rpc(method: string, params: unknown[]): Promise<unknown> {
    const response = await fetch(this.description.rpc_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result: unknown; error?: { message: string } };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}
