/** What we answer, as the specification's own package reads it: `@solana/pay`. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  appendTransactionMessageInstructions,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Address,
} from "@solana/kit";
import {
  createTransfer,
  encodeURL,
  fetchTransaction,
  findReference,
  parseURL,
  validateTransfer,
  type TransactionRequestURL,
  type TransferFields,
  type TransferRequestURL,
} from "@solana/pay";

import { Net } from "../support/net.ts";
import { accepts } from "../support/schema.ts";
import { until } from "../support/until.ts";
import { TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const rpc = createSolanaRpc(net.description.rpc_url);
const USDC = 1_000_000n;

/** The specification wants https, which a local net has not; nothing else is changed. */
function overHttps(url: string): string {
  return url.replace("solana:http%3A", "solana:https%3A");
}

async function funded(): Promise<TestWallet> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, 100n * USDC);
  return wallet;
}

test("a transaction request's URL leads to the payment", async () => {
  const payment = await net.payment();
  const parsed = parseURL(overHttps(payment.solana_pay_url)) as TransactionRequestURL;
  assert.equal(parsed.link.href.replace("https:", "http:"), payment.pay_url);
  assert.deepEqual(parseURL(encodeURL(parsed)), parsed);
});

test("what wallets show before they ask is what the specification says", async () => {
  const payment = await net.payment();
  const shown: unknown = await (await fetch(payment.pay_url)).json();
  accepts("solana-pay", "GetAnswer", shown);
  const icon = await fetch((shown as { icon: string }).icon);
  assert.match(icon.headers.get("content-type") ?? "", /^image\/(svg\+xml|png|webp)$/);
});

test("the transaction of a transaction request is read, signed, and pays", async () => {
  const payment = await net.payment();
  const wallet = await funded();
  const fetched = await fetchTransaction(rpc, wallet.address as Address, payment.pay_url);
  await wallet.signAndSend(getBase64EncodedWireTransaction(fetched));
  const paid = await net.untilStatus(payment.id, "authorized");
  assert.equal(paid.payer, wallet.address);
});

test("the answer to a wallet is the specification's, and has a message", async () => {
  const payment = await net.payment();
  const wallet = await funded();
  const answer = await net.call("POST", `/pay/${payment.id}`, { account: wallet.address });
  accepts("solana-pay", "PostAnswer", answer);
});

test("a wallet that is refused is told why", async () => {
  const payment = await net.payment();
  const response = await fetch(payment.pay_url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ account: new TestWallet(net.connection).address }),
  });
  assert.equal(response.status, 422);
  accepts("solana-pay", "Refusal", await response.json());
});

test("a transfer request is paid by a plain transfer, which is found and validated", async () => {
  const payment = await net.payment({ accept_transfer: true, description: "Two tickets & a coffee" });
  const request = parseURL(payment.transfer_url ?? "") as TransferRequestURL;
  assert.equal(request.message, "Two tickets & a coffee");
  assert.deepEqual(request.reference, [payment.address]);
  assert.equal(request.splToken, net.token("USDC").mint);
  const { recipient, amount, splToken, reference, memo } = request;
  assert.equal(amount, 25);
  const fields: TransferFields = {
    recipient,
    amount: 25,
    ...(splToken && { splToken }),
    ...(reference && { reference }),
    ...(memo && { memo }),
  };

  // Wallets send only to a token account that is there already.
  await net.fund(net.keypair("merchant").publicKey, 0n);
  const wallet = await funded();
  const signature = await transfer(wallet, fields);
  const found = await until("the reference is found", () =>
    findReference(rpc, payment.address as Address).catch(() => undefined),
  );
  assert.equal(found.signature, signature);
  await validateTransfer(rpc, found.signature, fields);
  await net.untilStatus(payment.id, "transferred");
});

async function transfer(wallet: TestWallet, fields: TransferFields): Promise<string> {
  const sender = await createKeyPairSignerFromBytes(wallet.key.secretKey);
  const instructions = await createTransfer(rpc, sender, fields);
  const { value: blockhash } = await rpc.getLatestBlockhash().send();
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (message) => setTransactionMessageFeePayerSigner(sender, message),
    (message) => setTransactionMessageLifetimeUsingBlockhash(blockhash, message),
    (message) => appendTransactionMessageInstructions(instructions, message),
  );
  const signed = await signTransactionMessageWithSigners(message);
  return rpc.sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: "base64" }).send();
}
