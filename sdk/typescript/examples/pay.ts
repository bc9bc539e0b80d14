//! A payment all the way, with a local net: `make localnet`, then `node sdk/typescript/examples/pay.ts .till/localnet.json`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { answered, Till, type Payment, type TillEvent } from "@till/client";
import { verifyWebhook } from "@till/client/webhooks";
import {
  createKeyPairFromBytes,
  createSolanaRpc,
  getAddressFromPublicKey,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getTransactionDecoder,
  signTransaction,
} from "@solana/kit";

/** What a local net says of itself. */
const net = JSON.parse(await readFile(process.argv[2] ?? ".till/localnet.json", "utf8"));
const till = new Till({ baseUrl: net.api_url, apiKey: net.api_key });

/** What a wallet does with the payment's link: fetches the transaction, signs it, sends it to the chain. */
async function pay(payment: Payment, wallet: CryptoKeyPair): Promise<void> {
  const account = await getAddressFromPublicKey(wallet.publicKey);
  const customer = new Till({ baseUrl: net.api_url });
  const request = customer.api.POST("/pay/{id}", { params: { path: { id: payment.id } }, body: { account } });
  const { transaction, message } = await answered(request);
  console.log(`the wallet shows: ${message}`);
  const unsigned = getTransactionDecoder().decode(getBase64Encoder().encode(transaction));
  const signed = getBase64EncodedWireTransaction(await signTransaction([wallet], unsigned));
  await createSolanaRpc(net.rpc_url).sendTransaction(signed, { encoding: "base64" }).send();
}

/** The shop's server: an endpoint of its own, whose webhooks are verified with its secret. */
async function listen() {
  const told: TillEvent[] = [];
  let secret = "";
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      told.push(await verifyWebhook(Buffer.concat(chunks), request.headers, secret));
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const body = { url: `http://127.0.0.1:${port}/webhooks` };
  const endpoint = await answered(till.api.POST("/v1/endpoints", { body }));
  secret = endpoint.secret ?? "";
  const until = async (type: string, payment: string) => {
    const isIt = (event: TillEvent) =>
      event.type === type && "payment" in event.data && event.data.payment.id === payment;
    for (let waited = 0; !told.some(isIt); waited += 50) {
      assert(waited < 60_000, `no webhook ${type}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    console.log(`webhook ${type}, verified`);
  };
  const stop = async () => {
    await answered(till.api.DELETE("/v1/endpoints/{id}", { params: { path: { id: endpoint.id } } }));
    server.close();
  };
  return { until, stop };
}

const webhooks = await listen();
const payment = await till.payments.create({ amount: "25.00", token: "USDC" });
console.log(`${payment.id} waits for ${payment.amount.value} USDC at ${payment.address}`);

const key = JSON.parse(await readFile(net.keypairs.customer, "utf8"));
await pay(payment, await createKeyPairFromBytes(Uint8Array.from(key)));
const paid = await till.payments.waitFor(payment.id, ["authorized"]);
console.log(`paid by ${paid.payer}`);
await webhooks.until("payment.authorized", payment.id);

await till.payments.capture(payment.id);
await till.payments.waitFor(payment.id, ["captured"]);
const refund = await till.payments.refund(payment.id, { amount: "5.00" });
console.log(`refunded ${refund.amount.value} by ${refund.signature}`);
await webhooks.until("payment.refunded", payment.id);
await webhooks.stop();

const types: string[] = [];
for await (const event of till.events.list({ payment: payment.id })) types.push(event.type);
console.log(`told: ${types.join(", ")}`);
assert.deepEqual(types, ["payment.authorized", "payment.captured", "payment.refunded"]);
