/** Staking: in, waiting, claiming, and out again. */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { look } from "../support/look.ts";
import * as made from "../support/made.ts";
import { Net } from "../support/net.ts";
import { connect, press, says } from "../support/people.ts";
import { Visitor } from "../support/visitor.ts";
import { TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const USDC = 1_000_000n;
const LOCK = 3_600;

let pool: made.Pool;

async function funded(): Promise<TestWallet> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, 1_000n * USDC);
  return wallet;
}

before(async () => {
  pool = await made.pool(net, LOCK);
});

test("a stake is made, waits, earns, is claimed, asked back and withdrawn", async (t) => {
  const visitor = await Visitor.of(t, await funded());
  const { wallet } = visitor;
  const page = await visitor.open(pool.page_url);
  await says(page, "What would it earn?");
  await look(page, "pool-open");

  await connect(page, wallet);
  const stake = page.locator("form").filter({ has: page.getByRole("button", { name: /^Stake/ }) });
  await stake.getByLabel("Amount").fill("100");
  await stake.getByText(/1 hour/).first().click();
  await press(stake, /^Stake 100/);
  await says(page, "Your stake has arrived and earns from now on.");
  await says(page, /^Locked until$/);
  assert.equal((await made.poolNow(net, pool.address)).staked.value, "100.00");
  assert.equal(await net.balance(wallet.key.publicKey), 900n * USDC);
  await look(page, "pool-staked");

  const pass = async (seconds: number) => {
    const then = new Date((await net.now()).getTime() + seconds * 1_000);
    await net.travelBeyond(then);
  };
  await pass(LOCK);
  await press(page, /^Claim/);
  await says(page, "Your rewards are in your wallet.");
  // A thousandth of a USDC a second, of which nobody else earns anything.
  const claimed = (await net.balance(wallet.key.publicKey)) - 900n * USDC;
  assert.ok(claimed >= 3_600n * 1_000n && claimed < 4_000n * 1_000n, `${claimed} claimed`);

  await press(page, /^Ask back/);
  await press(page.getByRole("dialog"), /^Ask back/);
  await says(page, "It is on its way out.");
  await look(page, "pool-cooling");
  await pass(made.COOLDOWN);
  await press(page, /^Withdraw 100/);
  await says(page, "It is back in your wallet.");
  assert.ok((await net.balance(wallet.key.publicKey)) >= 1_000n * USDC);
});

test("more than the wallet has cannot be staked, and the page says what is missing", async (t) => {
  const visitor = await Visitor.of(t, await funded(), "phone");
  const page = await visitor.open(pool.page_url);
  await connect(page, visitor.wallet);
  const stake = page.locator("form").filter({ has: page.getByRole("button", { name: /^Stake/ }) });
  await stake.getByLabel("Amount").fill("1003.20");
  await press(stake, /^Stake/);
  await says(page.getByRole("alert"), /3\.20 USDC/);
  assert.deepEqual(visitor.wallet.sent, []);
  await look(page, "pool-too-little");
});
