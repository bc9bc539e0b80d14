/** Donating to a campaign, and taking a donation back when the goal was missed. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { look } from "../support/look.ts";
import { campaign, campaignNow } from "../support/made.ts";
import { Net } from "../support/net.ts";
import { connect, press, says } from "../support/people.ts";
import { until } from "../support/until.ts";
import { Visitor, type Screen } from "../support/visitor.ts";
import { TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const USDC = 1_000_000n;
const HOUR = 3_600;

async function donor(): Promise<TestWallet> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, 100n * USDC);
  return wallet;
}

for (const screen of ["desktop", "phone"] satisfies Screen[]) {
  test(`a donation arrives, and everybody sees it (${screen})`, async (t) => {
    const { address, page_url } = await campaign(net, { kind: "keep_all", goal: "50.00", seconds: HOUR });
    const visitor = await Visitor.of(t, await donor(), screen);
    const page = await visitor.open(page_url);
    await says(page, /of a goal of/);
    if (screen === "desktop") await look(page, "campaign-open");

    await connect(page, visitor.wallet);
    await page.getByLabel("Amount").fill("20");
    await press(page, /^Donate 20(\.00)? USDC$/);
    await says(page, "Thank you! Your donation has arrived.");
    await says(page, /You have given 20\.00/);
    assert.equal((await campaignNow(net, address)).raised.value, "20.00");
    await look(page, `campaign-donated-${screen}`);
  });
}

test("who gives more than the wallet has is told how much is missing", async (t) => {
  const { page_url } = await campaign(net, { kind: "keep_all", goal: "50.00", seconds: HOUR });
  const visitor = await Visitor.of(t, await donor());
  const page = await visitor.open(page_url);
  await connect(page, visitor.wallet);
  await page.getByLabel("Amount").fill("103.20");
  await press(page, /^Donate/);
  await says(page.getByRole("alert"), /3\.20 USDC/);
  assert.deepEqual(visitor.wallet.sent, []);
});

test("a campaign that missed its goal gives everything back", async (t) => {
  const begun = await campaign(net, { kind: "all_or_nothing", goal: "500.00", seconds: HOUR / 6 });
  const { address, page_url, deadline } = begun;
  const visitor = await Visitor.of(t, await donor());
  const page = await visitor.open(page_url);
  await says(page, /everybody gets everything back/);
  await connect(page, visitor.wallet);
  await page.getByLabel("Amount").fill("30");
  await press(page, /^Donate/);
  await says(page, "Thank you! Your donation has arrived.");

  await net.travelBeyond(deadline);
  await until("the goal is missed", async () => (await campaignNow(net, address)).status === "missed");
  await press(page, /^Take back 30(\.00)? USDC$/);
  await says(page, "Your money is back in your wallet.");
  await look(page, "campaign-missed-refunded");
  assert.equal(await net.balance(visitor.wallet.key.publicKey), 100n * USDC);
});
