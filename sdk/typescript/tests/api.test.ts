import assert from "node:assert/strict";
import { test } from "node:test";

import { Till, TillError, answered, type Options } from "@till/client";

import { serve, type Server } from "./server.ts";

const PAYMENT = { id: "pay_1", status: "created" };
const PROBLEM = {
  type: "/problems/amount_invalid",
  title: "The amount is not valid",
  status: 400,
  detail: "more than two decimals",
  message: "more than two decimals",
  code: "amount_invalid",
  request_id: "req_7",
};

function till(server: Server, waits: number[] = [], options: Partial<Options> = {}): Till {
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  return new Till({ apiKey: "till_sk_x", baseUrl: `${server.url}/`, sleep, ...options });
}

async function failure(call: Promise<unknown>): Promise<TillError> {
  const error = await call.then(() => undefined, (error: unknown) => error);
  assert(error instanceof TillError, String(error));
  return error;
}

test("a write that failed in passing is sent again with the same key and body", async () => {
  await using server = await serve(undefined, { status: 503 }, { status: 201, body: PAYMENT });
  const payment = await till(server).payments.create({ amount: "25.00", token: "USDC" });
  assert.equal(payment.id, "pay_1");
  assert.equal(server.seen.length, 3);
  const [first, ...others] = server.seen.map(({ headers, body }) => [headers["idempotency-key"], body]);
  assert.match(String(first?.[0]), /^[0-9a-f-]{36}$/);
  assert.deepEqual(others, [first, first]);
  assert.equal(server.seen[0]?.headers.authorization, "Bearer till_sk_x");
});

test("another write has another key, and one's own is kept", async () => {
  await using server = await serve({ status: 201, body: PAYMENT });
  const client = till(server);
  await client.payments.create({ amount: "1" });
  await client.payments.create({ amount: "1" });
  await client.payments.refund("pay_1", { amount: "1", idempotencyKey: "order-7" });
  const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
  assert.notEqual(keys[0], keys[1]);
  assert.equal(keys[2], "order-7");
  assert.equal(server.seen[2]?.url, "/v1/payments/pay_1/refund");
  assert.equal(server.seen[2]?.body, '{"amount":"1"}');
  assert.equal(server.seen[2]?.headers.prefer, "wait=25");
});

test("what could have an effect twice is not sent twice", async () => {
  await using server = await serve({ status: 503 });
  const error = await failure(answered(till(server).api.POST("/v1/api-keys", { body: { name: "till 2" } })));
  assert.equal(error.status, 503);
  assert.equal(error.code, "unreadable");
  assert.equal(server.seen.length, 1);
  assert.equal(server.seen[0]?.headers["idempotency-key"], undefined);
});

test("a limit is waited for as long as the API asks, whatever the request", async () => {
  await using server = await serve(
    { status: 429, headers: { "retry-after": "3" }, body: { ...PROBLEM, code: "rate_limited" } },
    { status: 201, body: {} },
  );
  const waits: number[] = [];
  await answered(till(server, waits).api.POST("/v1/api-keys", { body: { name: "till 2" } }));
  assert.deepEqual(waits, [3_000]);
});

test("a limit of an hour is told instead of waited for", async () => {
  const hour = { status: 429, headers: { "retry-after": "3600" }, body: { ...PROBLEM, code: "rate_limited" } };
  await using server = await serve(hour);
  assert.equal((await failure(till(server).payments.get("pay_1"))).code, "rate_limited");
  assert.equal(server.seen.length, 1);
});

test("it gives up after as many attempts as wanted, and waits longer each time", async () => {
  await using server = await serve({ status: 502 });
  const waits: number[] = [];
  assert.equal((await failure(till(server, waits, { retries: 6 }).payments.get("pay_1"))).status, 502);
  assert.equal(server.seen.length, 7);
  waits.forEach((wait, attempt) => assert(wait <= Math.min(250 * 2 ** attempt, 8_000), `${wait} after ${attempt}`));
});

test("a problem is an error with its code, and is not tried again", async () => {
  await using server = await serve({ status: 400, body: PROBLEM });
  const error = await failure(till(server).payments.create({ amount: "1.234" }));
  assert.equal(error.code, "amount_invalid");
  assert.equal(error.message, "more than two decimals");
  assert.equal(error.status, 400);
  assert.equal(error.requestId, "req_7");
  assert.equal(server.seen.length, 1);
});

test("an API that is not there is an error too", async () => {
  const server = await serve({ status: 200 });
  await server[Symbol.asyncDispose]();
  const error = await failure(till(server, [], { retries: 1 }).payments.get("pay_1"));
  assert.equal(error.code, "unreachable");
  assert(error.cause instanceof Error);
});

test("an attempt without an answer ends, and the caller can end it", async () => {
  const never: Options["fetch"] = (request) =>
    new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  const options = { baseUrl: "http://till.test", fetch: never, sleep: async () => {} };
  const tired = new Till({ ...options, timeout: 10, retries: 2 });
  assert.equal((await failure(tired.payments.get("pay_1"))).code, "unreachable");

  const caller = new AbortController();
  const call = new Till(options).api.GET("/v1/merchant", { signal: caller.signal });
  caller.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
});

test("pages are fetched as they are needed, with the filter of the first one", async () => {
  await using server = await serve(
    { status: 200, body: { data: [{ id: "pay_3" }, { id: "pay_2" }], next_cursor: "c 2" } },
    { status: 200, body: { data: [], next_cursor: "c3" } },
    { status: 200, body: { data: [{ id: "pay_1" }] } },
  );
  const ids: string[] = [];
  for await (const payment of till(server).payments.list({ status: "captured" })) {
    if (ids.length === 0) assert.equal(server.seen.length, 1);
    ids.push(payment.id);
  }
  assert.deepEqual(ids, ["pay_3", "pay_2", "pay_1"]);
  const urls = ["", "&cursor=c%202", "&cursor=c3"].map((cursor) => `/v1/payments?status=captured${cursor}`);
  assert.deepEqual(server.seen.map(({ url }) => url), urls);
});

test("payment links are made once, changed, and listed", async () => {
  const link = { id: "lnk_1", title: "Coffee" };
  await using server = await serve(
    { status: 503 },
    { status: 201, body: link },
    { status: 200, body: { ...link, active: false } },
    { status: 200, body: { data: [link], next_cursor: null } },
  );
  const { links } = till(server);
  assert.equal((await links.create({ title: "Coffee", token: "USDC" })).id, "lnk_1");
  assert.equal((await links.change("lnk_1", { active: false })).active, false);
  for await (const { id } of links.list()) assert.equal(id, "lnk_1");
  const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
  assert(keys[0] !== undefined && keys[0] === keys[1] && keys[2] === undefined);
  const targets = server.seen.slice(1).map(({ method, url }) => `${method} ${url}`);
  assert.deepEqual(targets, ["POST /v1/payment_links", "PATCH /v1/payment_links/lnk_1", "GET /v1/payment_links"]);
});

test("events are read to their end, also over what a filter leaves out", async () => {
  await using server = await serve(
    { status: 200, body: { data: [{ id: "evt_1", sequence: 4 }], last_sequence: 104 } },
    { status: 200, body: { data: [], last_sequence: 204 } },
    { status: 200, body: { data: [{ id: "evt_2", sequence: 205 }], last_sequence: 205 } },
    { status: 200, body: { data: [], last_sequence: 205 } },
  );
  const ids: string[] = [];
  for await (const event of till(server).events.list({ after: 3, types: "payment.captured" })) ids.push(event.id);
  assert.deepEqual(ids, ["evt_1", "evt_2"]);
  assert.deepEqual(
    server.seen.map(({ url }) => new URL(url, server.url).searchParams.get("after")),
    ["3", "104", "204", "205"],
  );
});

test("events are followed by waiting for them", async () => {
  await using server = await serve(
    { status: 200, body: { data: [], last_sequence: 9 } },
    { status: 200, body: { data: [{ id: "evt_10", sequence: 10 }], last_sequence: 10 } },
  );
  for await (const event of till(server).events.follow({ after: 9 })) {
    assert.equal(event.id, "evt_10");
    break;
  }
  assert.equal(server.seen.length, 2);
  assert.match(String(server.seen[1]?.url), /after=9/);
  assert.match(String(server.seen[1]?.url), /wait=25/);
});

test("a payment is waited for, and not for ever", async () => {
  const [created, captured] = [PAYMENT, { ...PAYMENT, status: "captured" }];
  await using server = await serve({ status: 200, body: created }, { status: 200, body: captured });
  const { payments } = till(server);
  assert.equal((await payments.waitFor("pay_1", ["captured"], { interval: 1 })).status, "captured");
  const error = await failure(payments.waitFor("pay_1", ["refunded", "voided"], { timeout: 5, interval: 1 }));
  assert.equal(error.code, "not_in_time");
  assert.match(error.message, /pay_1 is captured, not refunded or voided/);
});
