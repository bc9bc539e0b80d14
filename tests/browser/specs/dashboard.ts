/** The merchant's dashboard: signing in by wallet, and what a merchant does there. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import type { Page } from "playwright-core";

import { look } from "../support/look.ts";
import { Net, type Payment } from "../support/net.ts";
import { connect, press, says } from "../support/people.ts";
import { Visitor, type Screen } from "../support/visitor.ts";
import { FEATURES, TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const USDC = 1_000_000n;

type Visit = { visitor: Visitor; page: Page };

/** The demo merchant, at the door. */
async function merchant(t: TestContext, screen: Screen = "desktop", features = FEATURES): Promise<Visit> {
  const wallet = new TestWallet(net.connection, { key: net.keypair("merchant"), features });
  const visitor = await Visitor.of(t, wallet, screen);
  const page = await visitor.open(`${net.url}/dashboard`);
  return { visitor, page };
}

/** Signs in; the first time the wallet brings in the merchant that it governs on the chain. */
async function signIn({ visitor, page }: Visit): Promise<void> {
  await connect(page, visitor.wallet);
  await press(page, "Sign in");
  const bring = page.getByRole("button", { name: "Bring it in" });
  const inside = page.getByRole("heading", { name: "Overview" });
  await bring.or(inside).first().waitFor();
  if (await bring.isVisible()) await bring.click();
  await inside.waitFor();
}

/** A payment that a customer has paid. */
async function paid(request: Record<string, unknown> = {}): Promise<Payment> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, 100n * USDC);
  const payment = await net.payment(request);
  await wallet.signAndSend(await net.transactionFor(payment.id, wallet));
  return net.untilStatus(payment.id, "authorized");
}

test("who declines to sign stays outside, and signs in after all", async (t) => {
  const visit = await merchant(t);
  const { visitor, page } = visit;
  await connect(page, visitor.wallet);
  await look(page, "dashboard-sign-in");
  visitor.wallet.behaviour.declines = true;
  await press(page, "Sign in");
  await says(page.getByRole("alert"), /declined/);
  visitor.wallet.behaviour.declines = false;
  await press(page, "Sign in");
  await page.getByRole("heading", { name: /^(Overview|Choose a merchant)$/ }).waitFor();
});

test("a wallet that knows no sign-in signs a message instead", async (t) => {
  const features = FEATURES.filter((name) => name !== "solana:signIn");
  await signIn(await merchant(t, "desktop", features));
});

for (const screen of ["desktop", "phone"] satisfies Screen[]) {
  test(`a payment is found, captured, and partly refunded (${screen})`, async (t) => {
    const order = `ORDER-${screen}`;
    const payment = await paid({ order_reference: order });
    const visit = await merchant(t, screen);
    const { page } = visit;
    await signIn(visit);
    await look(page, `dashboard-overview-${screen}`);

    await page.goto(`${net.url}/dashboard/payments`);
    await says(page, order);
    await look(page, `dashboard-payments-${screen}`);
    await page.getByRole("link", { name: new RegExp(order) }).first().click();
    await says(page, "The money is in escrow.");
    await press(page, /^Capture$/);
    await press(page.getByRole("dialog"), /^Capture$/);
    await says(page, "The money is yours.");

    await press(page, /^Refund$/);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("10");
    await look(page, `dashboard-refund-${screen}`);
    await press(dialog, /^Refund$/);
    await says(page, "A part was paid back.");
    assert.equal((await net.paymentNow(payment.id)).refunded.value, "10.00");
    await look(page, `dashboard-payment-${screen}`);
  });
}

test("a key is shown once, works with its rights only, and can be revoked", async (t) => {
  const visit = await merchant(t);
  const { page } = visit;
  await signIn(visit);
  await page.goto(`${net.url}/dashboard/keys`);
  await press(page, "Create a key");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Made in a test");
  await dialog.getByLabel("payments:write").uncheck();
  await look(page, "dashboard-key-new");
  await press(dialog, "Create a key");
  await says(page, "This is shown once.");
  const key = await page.getByRole("dialog").locator("code").first().innerText();
  assert.match(key, /^till_rk_/);
  const ask = async (method: string, path: string) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const body = method === "POST" ? JSON.stringify({ amount: "1.00", token: "USDC" }) : null;
    return (await fetch(`${net.url}${path}`, { method, headers, body })).status;
  };
  assert.equal(await ask("GET", "/v1/payments"), 200);
  assert.equal(await ask("POST", "/v1/payments"), 403);

  await press(page, "I have kept it");
  await look(page, "dashboard-keys");
  assert.equal(await page.getByText(key).count(), 0);
  await press(page, "Revoke Made in a test");
  await press(page.getByRole("dialog"), /^Revoke/);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await ask("GET", "/v1/payments"), 401);
});

test("an endpoint is sent a test event, and its deliveries are shown", async (t) => {
  await paid();
  const visit = await merchant(t);
  const { page } = visit;
  await signIn(visit);
  await page.goto(`${net.url}/dashboard/webhooks`);
  await page.getByRole("link", { name: /\/webhooks/ }).last().waitFor();
  await look(page, "dashboard-webhooks");
  await page.getByRole("link", { name: /\/webhooks/ }).last().click();
  await says(page, "Deliveries");
  await press(page, "Send a test event");
  const dialog = page.getByRole("dialog");
  await press(dialog, "Send");
  await says(dialog, /^Taken: status 20/);
  await look(page, "dashboard-test-event");
  await press(dialog, "Close");
  await look(page, "dashboard-endpoint");
});

test("a link is made, shared, and switched off", async (t) => {
  const visit = await merchant(t);
  const { page } = visit;
  await signIn(visit);
  await page.goto(`${net.url}/dashboard/links`);
  await press(page, "Create a link");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title, which customers see").fill("A round of coffee");
  await dialog.getByRole("textbox", { name: "Amount" }).fill("4.50");
  await press(dialog, "Create a link");
  await says(page, "A round of coffee");
  await look(page, "dashboard-links");
  await press(page, "QR code A round of coffee");
  await page.getByRole("img", { name: "QR code of the link A round of coffee" }).waitFor();
  await press(page.getByRole("dialog"), "Close");
  await press(page, "Switch off A round of coffee");
  await press(page.getByRole("dialog"), "Switch off");
  await page.getByRole("row", { name: /A round of coffee/ }).getByText("Off", { exact: true }).waitFor();
});

test("the other views show what there is, and are accessible", async (t) => {
  const payment = await paid();
  await net.call("POST", `/v1/payments/${payment.id}/capture`, {});
  await net.untilStatus(payment.id, "captured");
  const visit = await merchant(t);
  const { page } = visit;
  await signIn(visit);
  for (const [view, words] of [["payouts", "Yours"], ["reports", "As a table"], ["settings", /^owner$/]] as const) {
    await page.goto(`${net.url}/dashboard/${view}`);
    await says(page, words);
    await look(page, `dashboard-${view}`);
  }
});

test("who signs out is out, on this tab and by the token", async (t) => {
  const visit = await merchant(t);
  const { page } = visit;
  let token = "";
  page.on("request", (request) => {
    token = request.headers()["authorization"] ?? token;
  });
  await signIn(visit);
  assert.match(token, /^Bearer /);
  const ended = page.waitForResponse((response) => response.request().method() === "DELETE");
  await press(page, "Sign out");
  await ended;
  await says(page, "Merchant's dashboard");
  const answer = await fetch(`${net.url}/v1/merchants`, { headers: { authorization: token } });
  assert.equal(answer.status, 401);
});
