/** Paying at the checkout page, and everything that can come in between. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ComputeBudgetProgram, PublicKey, TransactionInstruction } from "@solana/web3.js";
import type { Page } from "playwright-core";

import { look } from "../support/look.ts";
import { Net, type Payment } from "../support/net.ts";
import { connect, press, says } from "../support/people.ts";
import { textOf } from "../support/qr.ts";
import { until } from "../support/until.ts";
import { Visitor, type Screen } from "../support/visitor.ts";
import { TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const USDC = 1_000_000n;
const MEMO = new PublicKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
const PAY = /^Pay 25\.00 USDC$/;
const IN_ESCROW = /25\.00 USDC wait in escrow for Demo Shop/;

async function customer(funds = 100n * USDC): Promise<TestWallet> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, funds);
  return wallet;
}

/** Somebody at the page of a payment, with the wallet connected. */
async function arrived(visitor: Visitor, payment: Payment): Promise<Page> {
  const page = await visitor.open(payment.checkout_url);
  await connect(page, visitor.wallet);
  return page;
}

for (const screen of ["desktop", "phone"] satisfies Screen[]) {
  test(`a customer sees what is asked, pays with one signature, and has a receipt (${screen})`, async (t) => {
    const payment = await net.payment({
      description: "Two tickets",
      order_reference: `R-${screen}`,
      items: [{ name: "Ticket", quantity: "2", unit_price: "12.50", total: "25.00" }],
      redirect_url: `${net.url}/healthz`,
    });
    const visitor = await Visitor.of(t, await customer(), screen);
    const page = await visitor.open(payment.checkout_url);
    for (const words of ["Demo Shop", "25.00", "Ticket", "What happens next"]) await says(page, words);
    await look(page, `checkout-open-${screen}`);
    await connect(page, visitor.wallet);
    await page.getByRole("button", { name: PAY }).waitFor();
    await look(page, `checkout-connected-${screen}`);

    await press(page, PAY);
    await says(page, IN_ESCROW);
    await says(page, "Receipt");
    assert.equal(visitor.wallet.sent.length, 1);
    const paid = await net.untilStatus(payment.id, "authorized");
    assert.equal(paid.payer, visitor.wallet.address);
    assert.ok(await page.getByRole("link", { name: "Back to Demo Shop" }).isVisible());
    await look(page, `checkout-paid-${screen}`);
  });
}

test("who declines in the wallet is told that nothing was sent, and can pay after all", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  visitor.wallet.behaviour.declines = true;
  await press(page, PAY);
  await says(page.getByRole("alert"), "You declined in your wallet. Nothing was sent.");
  await look(page, "checkout-declined");
  assert.equal((await net.paymentNow(payment.id)).status, "created");

  visitor.wallet.behaviour.declines = false;
  await press(page, PAY);
  await says(page, IN_ESCROW);
  assert.equal(visitor.wallet.sent.length, 1);
});

test("who refuses to connect can connect later", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await visitor.open(payment.checkout_url);
  visitor.wallet.behaviour.declines = true;
  await page.getByRole("button", { name: /^Connect a wallet/ }).click();
  const dialog = page.getByRole("dialog");
  await press(dialog, "Test Wallet");
  await says(dialog, "You declined in your wallet.");
  await look(page, "checkout-not-connected");
  visitor.wallet.behaviour.declines = false;
  await press(dialog, "Test Wallet");
  await page.getByRole("button", { name: PAY }).waitFor();
});

test("a wallet on another network is told to switch, and is asked to sign nothing", async (t) => {
  const payment = await net.payment();
  const wallet = new TestWallet(net.connection, { chains: ["solana:mainnet"] });
  await net.fund(wallet.key.publicKey, 100n * USDC);
  const page = await arrived(await Visitor.of(t, wallet), payment);
  await says(page, "Your wallet is on another network.");
  assert.equal(await page.getByRole("button", { name: PAY }).count(), 0);
  await look(page, "checkout-wrong-network");
});

test("who has too little reads how much is missing, and no wallet opens", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer(21_800_000n));
  const page = await arrived(visitor, payment);
  await says(page, /3\.20 USDC more/i);
  await look(page, "checkout-too-little");
  assert.deepEqual(visitor.wallet.sent, []);
});

test("a payment that expires while the wallet is asked takes nothing", async (t) => {
  const visitor = await Visitor.of(t, await customer());
  // Long enough to come to the wallet, and short enough for everybody's patience there.
  const payment = await net.payment({ authorization_expires_in: 40, refund_window: 3_600 });
  const page = await arrived(visitor, payment);
  const isOver = async () => (await net.paymentNow(payment.id)).status === "expired";
  visitor.wallet.behaviour.beforeSigning = () => until("the payment has expired", isOver).then(() => undefined);
  await press(page, PAY);
  await says(page, "The time to pay is over");
  await look(page, "checkout-expired");
  await until("the wallet was refused", async () => visitor.wallet.refused > 0);
  assert.equal(await net.balance(visitor.wallet.key.publicKey), 100n * USDC);
  assert.equal(await page.getByRole("button", { name: PAY }).count(), 0);
});

test("who signs too late is offered a fresh transaction", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  visitor.wallet.behaviour.comesTooLate = true;
  await press(page, PAY);
  await says(page, "It took too long to sign");
  await look(page, "checkout-too-late");
  visitor.wallet.behaviour.comesTooLate = false;
  await press(page, PAY);
  await says(page, IN_ESCROW);
});

test("a wallet without a connection sends nothing, and the page says so", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  visitor.wallet.behaviour.offline = true;
  await press(page, PAY);
  await says(page.getByRole("alert"), /the wallet is offline/);
  visitor.wallet.behaviour.offline = false;
  await press(page, PAY);
  await says(page, IN_ESCROW);
});

test("a wallet that adds instructions of its own pays all the same", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  visitor.wallet.behaviour.adds = [
    new TransactionInstruction({ programId: MEMO, keys: [], data: Buffer.from("added by the wallet") }),
  ];
  const page = await arrived(visitor, payment);
  await press(page, PAY);
  await says(page, IN_ESCROW);
  const budget = ComputeBudgetProgram.programId.toBase58();
  const options = { commitment: "confirmed", maxSupportedTransactionVersion: 0 } as const;
  const landed = await net.connection.getTransaction(visitor.wallet.sent[0] ?? "", options);
  const keys = landed?.transaction.message.staticAccountKeys.map((key) => key.toBase58()) ?? [];
  assert.ok(keys.includes(MEMO.toBase58()) && keys.includes(budget), keys.join(" "));
});

test("a tab that is closed right after paying loses nothing, and nobody pays twice", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  await press(page, PAY);
  await until("the wallet has sent", async () => visitor.wallet.sent.length > 0);
  await page.close();

  const again = await visitor.open(payment.checkout_url);
  await says(again, IN_ESCROW);
  assert.equal(await again.getByRole("button", { name: PAY }).count(), 0);
  assert.equal(visitor.wallet.sent.length, 1);
  assert.equal(await net.balance(visitor.wallet.key.publicKey), 75n * USDC);
});

test("a reload right after paying offers no second payment", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  await press(page, PAY);
  const told = () => page.getByText("On its way").or(page.getByText(IN_ESCROW)).first().waitFor();
  await told();
  await page.reload();
  await told();
  assert.equal(await page.getByRole("button", { name: PAY }).count(), 0);
  await says(page, IN_ESCROW);
  assert.equal(visitor.wallet.sent.length, 1);
});

test("a lost connection is told, and the page goes on when it is back", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  await visitor.context.setOffline(true);
  await says(page, /^No connection\./);
  await look(page, "checkout-offline");
  // Somebody with the same link pays meanwhile.
  const other = await customer();
  await other.signAndSend(await net.transactionFor(payment.id, other));
  await net.untilStatus(payment.id, "authorized");
  await visitor.context.setOffline(false);
  await says(page, IN_ESCROW);
});

test("a capture and a refund are seen live by whoever has the page open", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer());
  const page = await arrived(visitor, payment);
  await press(page, PAY);
  await says(page, IN_ESCROW);
  await net.call("POST", `/v1/payments/${payment.id}/capture`, {});
  await says(page, /Demo Shop has received/);
  await look(page, "checkout-captured");
  await net.untilStatus(payment.id, "captured");
  await net.call("POST", `/v1/payments/${payment.id}/refund`, { amount: "10.00" });
  await says(page, "Partly paid back");
  await says(page, /10\.00 USDC/);
  await look(page, "checkout-refunded");
});

test("a payer releases a protected payment, or disputes it", async (t) => {
  const arbiter = new TestWallet(net.connection).address;
  const protection = { capture_after: 1_800, arbiter, dispute_seconds: 3_600 };
  for (const [button, words, status] of [
    ["I have received my order", /Demo Shop has received/, "captured"],
    ["Dispute the payment", "You dispute this payment", "disputed"],
  ] as const) {
    const payment = await net.payment({ protection });
    const visitor = await Visitor.of(t, await customer());
    const page = await arrived(visitor, payment);
    await press(page, PAY);
    await page.getByRole("button", { name: button }).waitFor();
    if (status === "disputed") await look(page, "checkout-protected");
    await press(page, button);
    await press(page.getByRole("dialog"), button);
    await says(page, words);
    await net.untilStatus(payment.id, status);
  }
});

test("the codes on the page are Solana Pay's, for a transaction and for a plain transfer", async (t) => {
  const payment = await net.payment({ accept_transfer: true });
  const visitor = await Visitor.of(t, await customer());
  const page = await visitor.open(payment.checkout_url);
  const code = page.getByRole("img", { name: /QR code/ });
  assert.equal(await textOf(code), payment.solana_pay_url);
  await page.getByLabel("Plain transfer").check();
  await page.locator('img[src*="of=transfer"]').waitFor();
  // Who scans has nothing else before him, so the code names who is paid, too.
  const scanned = await textOf(code);
  assert.match(scanned, /&label=Demo%20Shop/);
  assert.equal(scanned.replace("&label=Demo%20Shop", ""), payment.transfer_url);
});

test("a cancelled payment, and one that is not there, say so", async (t) => {
  const payment = await net.payment();
  await net.call("POST", `/v1/payments/${payment.id}/cancel`, {});
  const visitor = await Visitor.of(t, await customer());
  const page = await visitor.open(payment.checkout_url);
  await says(page, "The request was taken back");
  await look(page, "checkout-cancelled");
  await page.goto(`${net.url}/checkout/pay_00000000000000000000000000000000`);
  await says(page, "There is no such payment");
  await look(page, "checkout-missing");
});

test("the page speaks Hungarian to whoever wants it, and remembers", async (t) => {
  const payment = await net.payment();
  const visitor = await Visitor.of(t, await customer(), "phone");
  const page = await visitor.open(payment.checkout_url);
  await page.getByLabel("Language").selectOption("hu");
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("lang"), "hu");
  await page.getByRole("button", { name: /csatlakoz/i }).first().waitFor();
  await look(page, "checkout-hungarian");
});
