import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";

import { verifyWebhook, WebhookVerificationError } from "@till/client/webhooks";
import { Webhook } from "standardwebhooks";

// The example of the Standard Webhooks specification.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PAYLOAD = '{"test": 2432232314}';
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP = 1614265330;
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

const now = () => Math.floor(Date.now() / 1_000);
const headers = (signature: string, timestamp = now()) => ({
  "webhook-id": ID,
  "webhook-timestamp": String(timestamp),
  "webhook-signature": signature,
});
const v1 = (body = PAYLOAD, timestamp = now()) => new Webhook(SECRET).sign(ID, new Date(timestamp * 1_000), body);

test("the example of the specification verifies, at its time", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: TIMESTAMP * 1_000 });
  const event = await verifyWebhook(PAYLOAD, headers(SIGNATURE, TIMESTAMP), SECRET);
  assert.deepEqual(event, { test: 2432232314 });
});

test("the example of the specification is refused today", async () => {
  await assert.rejects(verifyWebhook(PAYLOAD, headers(SIGNATURE, TIMESTAMP), SECRET), WebhookVerificationError);
});

test("headers of every shape are read", async () => {
  const plain = headers(v1());
  const upper = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const shape of [plain, new Headers(plain), upper]) {
    assert.deepEqual(await verifyWebhook(new TextEncoder().encode(PAYLOAD), shape, SECRET), { test: 2432232314 });
  }
});

test("another body, another secret, or a header less is refused", async () => {
  const signed = headers(v1());
  const { "webhook-id": _, ...incomplete } = signed;
  const refused = [
    () => verifyWebhook(PAYLOAD.replace("2", "3"), signed, SECRET),
    () => verifyWebhook(PAYLOAD, signed, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    () => verifyWebhook(PAYLOAD, incomplete, SECRET),
    () => verifyWebhook(PAYLOAD, headers("v1,AAAA"), SECRET),
    () => verifyWebhook(PAYLOAD, headers(v1(PAYLOAD, now() - 301), now() - 301), SECRET),
  ];
  for (const call of refused) await assert.rejects(call, WebhookVerificationError);
});

test("v1a verifies with the public key alone", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("base64");
  const signedAt = (timestamp: number) => {
    const signature = sign(null, Buffer.from(`${ID}.${timestamp}.${PAYLOAD}`), privateKey);
    return headers(`${v1()} v1a,${signature.toString("base64")}`, timestamp);
  };
  assert.deepEqual(await verifyWebhook(PAYLOAD, signedAt(now()), `whpk_${raw}`), { test: 2432232314 });
  const refused = [
    () => verifyWebhook(`${PAYLOAD} `, signedAt(now()), `whpk_${raw}`),
    () => verifyWebhook(PAYLOAD, signedAt(now() - 301), `whpk_${raw}`),
    () => verifyWebhook(PAYLOAD, { ...signedAt(now()), "webhook-timestamp": "soon" }, `whpk_${raw}`),
    () => verifyWebhook(PAYLOAD, headers(v1()), `whpk_${raw}`),
    () => verifyWebhook(PAYLOAD, headers("v1a,?"), `whpk_${raw}`),
  ];
  for (const call of refused) await assert.rejects(call, WebhookVerificationError);
});
