/** Our Blinks, as a client of the specification uses them, and as its packages `@solana/actions` and
 * `@solana/actions-spec` read them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { findReference, parseURL, validateActionIdentifierMemo, verifySignMessageData } from "@solana/actions";
import type { ActionsJson, SignMessageResponse } from "@solana/actions-spec";
import { Keypair, PublicKey } from "@solana/web3.js";

import { Blink, BlinkError, clientsOf } from "../support/blink.ts";
import { Net, type Payment } from "../support/net.ts";
import { accepts } from "../support/schema.ts";
import { satisfy } from "../support/types.ts";

const net = new Net();
const USDC = 1_000_000n;
const HOUR = 3_600;
const client = clientsOf(net);

/** A payment that its payer can release and dispute, paid by the client's wallet. */
async function paidUnderProtection(blink: Blink): Promise<Payment> {
  const arbiter = Keypair.generate().publicKey.toBase58();
  const protection = { capture_after: HOUR / 2, arbiter, dispute_seconds: HOUR };
  const payment = await net.payment({ protection });
  await blink.follow(Blink.link(await blink.read(`/actions/pay/${payment.id}`)));
  return net.untilStatus(payment.id, "authorized");
}

test("actions.json maps the pages to their actions, and actions to themselves", async () => {
  const response = await fetch(`${net.url}/actions.json`, { headers: { origin: "https://blinks.example" } });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  const told = (await response.json()) as ActionsJson;
  accepts("actions", "ActionsJson", told);
  satisfy([{ type: "ActionsJson", answer: told }]);
  const mapped = new Map(told.rules.map(({ pathPattern, apiPath }) => [pathPattern, apiPath]));
  assert.equal(mapped.get("/checkout/*"), "/actions/pay/*");
  assert.equal(mapped.get("/actions/**"), "/actions/**");
});

test("the package reads our URLs, as links and as Blinks", async () => {
  const { id } = await net.payment();
  // The specification wants https, which a local net has not.
  const action = `${net.url.replace("http:", "https:")}/actions/pay/${id}`;
  const parsed = parseURL(`solana-action:${encodeURIComponent(action)}`);
  assert.ok("link" in parsed && parsed.link.href === action);
  const blink = parseURL(`https://blinks.example/?action=${encodeURIComponent(`solana-action:${action}`)}`);
  assert.ok("action" in blink && blink.action.link.href === action);
});

test("a payment is paid by its Blink, and the chain of actions ends in completed", async () => {
  const { wallet, blink } = await client();
  const payment = await net.payment({ description: "Two tickets" });
  const action = await blink.read(`/actions/pay/${payment.id}`);
  assert.match(action.label, /25\.00 USDC/);
  assert.equal((await fetch(action.icon)).headers.get("content-type"), "image/png");
  const end = await blink.follow(Blink.link(action));
  assert.equal(end?.type, "completed");
  assert.match(end?.description ?? "", new RegExp(wallet.sent[0] ?? "no signature"));
  assert.equal((await net.untilStatus(payment.id, "authorized")).payer, wallet.address);

  const again = await blink.read(`/actions/pay/${payment.id}`);
  assert.ok(again.disabled, "nobody pays twice");
});

test("a transaction of a Blink carries our identity, which the package verifies", async () => {
  const { wallet, blink } = await client();
  const payment = await net.payment();
  await blink.follow(Blink.link(await blink.read(`/actions/pay/${payment.id}`)));
  const signature = wallet.sent[0] ?? "";
  const options = { commitment: "confirmed", maxSupportedTransactionVersion: 0 } as const;
  const landed = await net.connection.getTransaction(signature, options);
  const memos = (landed?.transaction.message.compiledInstructions ?? []).map(({ data }) =>
    Buffer.from(data).toString("utf8"),
  );
  const memo = memos.find((text) => text.startsWith("solana-action:"));
  assert.ok(memo, "no memo with an identifier");
  const identity = new PublicKey(memo.split(":")[1] ?? "");
  const validated = validateActionIdentifierMemo(identity, memo);
  assert.ok(validated !== false, "the identifier is not what the package accepts");
  const found = await findReference(net.connection, new PublicKey(validated.reference));
  assert.equal(found.signature, signature);
});

test("who has too little is told how much is missing, in the specification's form", async () => {
  const { blink } = await client(22n * USDC);
  const payment = await net.payment();
  const link = Blink.link(await blink.read(`/actions/pay/${payment.id}`));
  await assert.rejects(blink.follow(link), (error: BlinkError) => /3\.00 USDC/.test(error.message));
});

test("what is not there is an error in the specification's form, with its headers", async () => {
  const { blink } = await client();
  for (const path of ["/actions/pay/pay_00000000000000000000000000000000", "/actions/pay/nonsense", "/actions/steal/1"]) {
    await assert.rejects(blink.read(path), (error: BlinkError) => error.status === 404, path);
  }
});

test("a transaction that nobody has seen is never called completed", async () => {
  const { wallet, blink } = await client();
  const payment = await net.payment();
  const { href } = Blink.link(await blink.read(`/actions/pay/${payment.id}`));
  const asked = await blink.post(href, { account: wallet.address });
  const next = asked.links?.next;
  assert.ok(next?.type === "post");
  const unseen = "1".repeat(64);
  const response = await fetch(new URL(next.href, net.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ account: wallet.address, signature: unseen }),
  });
  assert.ok(response.status >= 400, `${response.status}`);
  accepts("actions", "Error", await response.json());
});

test("what is in escrow is released by its payer", async () => {
  const { blink } = await client();
  const payment = await paidUnderProtection(blink);
  const end = await blink.follow(Blink.link(await blink.read(`/actions/release/${payment.id}`)));
  assert.equal(end?.type, "completed");
  await net.untilStatus(payment.id, "captured");
});

test("after a dispute the payer signs what happened, as the package writes it", async () => {
  const { wallet, blink } = await client();
  const payment = await paidUnderProtection(blink);
  const asked = await blink.follow(Blink.link(await blink.read(`/actions/dispute/${payment.id}`)));
  await net.untilStatus(payment.id, "disputed");
  assert.ok(asked);

  const link = Blink.link(asked);
  assert.equal(link.type, "message");
  const said = { account: wallet.address, data: { statement: "The parcel was empty." } };
  const { data } = (await blink.post(link.href, said)) as SignMessageResponse;
  assert.ok(typeof data !== "string");
  const problems = verifySignMessageData(data, {
    expectedAddress: wallet.address,
    expectedDomains: [new URL(net.url).host],
    issuedAtThreshold: HOUR * 1_000,
  });
  assert.deepEqual(problems, []);

  const end = await blink.follow(link, { statement: "The parcel was empty." });
  assert.equal(end?.type, "completed");
  const dispute = await net.call("GET", `/v1/payments/${payment.id}/dispute`);
  assert.match(JSON.stringify(dispute), /The parcel was empty\./);
});
