/** Burning a token, and paying by a link that lets the customer choose the amount. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { look } from "../support/look.ts";
import { Net } from "../support/net.ts";
import { connect, press, says } from "../support/people.ts";
import { Visitor, type Screen } from "../support/visitor.ts";
import { TestWallet } from "../wallet/wallet.ts";

const net = new Net();
const USDC = 1_000_000n;

type Burns = { burned: { by_holders: { value: string } } };
type Link = { id: string; page_url: string };

async function holder(funds = 100n * USDC): Promise<TestWallet> {
  const wallet = new TestWallet(net.connection);
  await net.fund(wallet.key.publicKey, funds);
  return wallet;
}

const { mint } = net.token("USDC");
const burnsNow = () => net.call<Burns>("GET", `/v1/burns/${mint}`).catch(() => undefined);

test("a burn asks twice, destroys the tokens, and is counted", async (t) => {
  const before = (await burnsNow())?.burned.by_holders.value ?? "0.00";
  const visitor = await Visitor.of(t, await holder());
  const page = await visitor.open(`${net.url}/burns/${mint}`);
  await says(page, "Burn USDC");
  await look(page, "burn-open");
  await connect(page, visitor.wallet);
  await page.getByLabel("Amount").fill("12.5");
  await press(page, "Continue");

  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Type the amount again").fill("1.25");
  await press(dialog, /^Burn 12\.50? USDC for ever$/);
  await says(dialog, "That is not the amount that you chose.");
  await look(page, "burn-confirm");
  assert.deepEqual(visitor.wallet.sent, []);
  await dialog.getByLabel("Type the amount again").fill("12.50");
  await press(dialog, /^Burn 12\.50? USDC for ever$/);
  await says(page, "Burned. It is counted above.");
  await look(page, "burn-done");
  assert.equal(await net.balance(visitor.wallet.key.publicKey), 87_500_000n);
  const after = (await burnsNow())?.burned.by_holders.value ?? "0.00";
  assert.equal(Math.round((Number(after) - Number(before)) * 100), 1_250);
});

test("who burns more than there is reads how much is missing", async (t) => {
  const visitor = await Visitor.of(t, await holder(10n * USDC), "phone");
  const page = await visitor.open(`${net.url}/burns/${mint}`);
  await connect(page, visitor.wallet);
  await page.getByLabel("Amount").fill("13.20");
  await press(page, "Continue");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Type the amount again").fill("13.20");
  await press(dialog, /for ever$/);
  await says(page.getByRole("alert"), /3\.20 USDC/);
  assert.deepEqual(visitor.wallet.sent, []);
});

for (const screen of ["desktop", "phone"] satisfies Screen[]) {
  test(`a payment link takes an amount within its bounds, and leads to the checkout (${screen})`, async (t) => {
    const link = await net.call<Link>("POST", "/v1/payment_links", {
      title: "Coffee for the crew",
      description: "As much as you like.",
      token: "USDC",
      min_amount: "2.00",
      max_amount: "50.00",
      suggested_amounts: ["5.00", "10.00"],
    });
    const visitor = await Visitor.of(t, await holder(), screen);
    const page = await visitor.open(link.page_url);
    await says(page, "Coffee for the crew");
    await look(page, `link-open-${screen}`);
    await page.getByLabel("Amount", { exact: true }).fill("1");
    await press(page, /^(Continue|Pay)/);
    await says(page, /at least 2/);
    await page.getByRole("button", { name: /^10(\.00)? / }).click();
    await press(page, /^Pay 10/);
    await page.waitForURL(/\/checkout\/pay_/);
    await connect(page, visitor.wallet);
    await press(page, /^Pay 10\.00 USDC$/);
    await says(page, /10\.00 USDC wait in escrow/);

    await net.call("PATCH", `/v1/payment_links/${link.id}`, { active: false });
    await page.goto(link.page_url);
    await says(page, "This link takes no payments now");
    if (screen === "phone") await look(page, "link-inactive");
  });
}
