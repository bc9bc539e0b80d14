//! Webhooks, after Standard Webhooks (https://www.standardwebhooks.com).

import { Webhook, WebhookVerificationError } from "standardwebhooks";

import type { TillEvent } from "./types.js";

export { WebhookVerificationError } from "standardwebhooks";
export type { EndpointPaused, PaymentData, TillEvent } from "./types.js";

/** Headers as a framework has them; the case of their names does not matter. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A webhook is older or newer than that, in seconds: it is refused, so that nobody can send it again for ever. */
const TOLERANCE = 5 * 60;
const NAMES = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
type Signed = Record<(typeof NAMES)[number], string>;

/**
 * The event that a webhook tells, if it is the gateway's; throws a {@link WebhookVerificationError} otherwise. `payload`
 * is the body as it came, byte for byte. `key` is the endpoint's secret, `whsec_…`, or its public key, `whpk_…`.
 */
export async function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  key: string,
): Promise<TillEvent> {
  const body = typeof payload === "string" ? payload : new TextDecoder("utf-8", { fatal: true }).decode(payload);
  const signed = signedHeaders(headers);
  if (key.startsWith("whpk_")) {
    await verifyByPublicKey(body, signed, key.slice("whpk_".length));
  } else {
    new Webhook(key).verify(body, signed);
  }
  return JSON.parse(body) as TillEvent;
}

/** `v1a`, which the library does not know: ed25519 over the same text. */
async function verifyByPublicKey(body: string, signed: Signed, publicKey: string): Promise<void> {
  const timestamp = Number(signed["webhook-timestamp"]);
  if (!(Math.abs(Date.now() / 1_000 - timestamp) <= TOLERANCE)) {
    throw new WebhookVerificationError("the timestamp is too far from now");
  }
  const key = await crypto.subtle.importKey("raw", fromBase64(publicKey), "Ed25519", false, ["verify"]);
  const text = new TextEncoder().encode(`${signed["webhook-id"]}.${signed["webhook-timestamp"]}.${body}`);
  const signatures = signed["webhook-signature"].split(" ").filter((signature) => signature.startsWith("v1a,"));
  for (const signature of signatures) {
    if (await crypto.subtle.verify("Ed25519", key, fromBase64(signature.slice("v1a,".length)), text)) return;
  }
  throw new WebhookVerificationError("no signature fits");
}

function signedHeaders(headers: WebhookHeaders): Signed {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const found = new Map(entries.map(([name, value]) => [name.toLowerCase(), String(value ?? "")]));
  const value = (name: (typeof NAMES)[number]): string => {
    const text = found.get(name);
    if (!text) throw new WebhookVerificationError(`the header ${name} is missing`);
    return text;
  };
  return Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Signed;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new WebhookVerificationError("a key or a signature is not base64");
  }
}
