/** Blinks of what needs no shop that asks for money: payment links, campaigns, pools and burns. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Blink, BlinkError, clientsOf } from "../support/blink.ts";
import { campaign, campaignNow, COOLDOWN, pool, poolNow } from "../support/made.ts";
import { Net } from "../support/net.ts";
import { until } from "../support/until.ts";

const net = new Net();
const client = clientsOf(net);
const HOUR = 3_600;

test("a link asks how much, and leads to the payment", async () => {
  const { wallet, blink } = await client();
  const link = await net.call<{ id: string }>("POST", "/v1/payment_links", {
    title: "Coffee for the crew",
    token: "USDC",
    min_amount: "2.00",
    max_amount: "50.00",
    suggested_amounts: ["5.00"],
  });
  const action = await blink.read(`/actions/link/${link.id}`);
  const payment = await blink.follow(Blink.link(action, /^Pay$/), { amount: "7.25" });
  assert.ok(payment?.type === "action");
  const end = await blink.follow(Blink.link(payment));
  assert.equal(end?.type, "completed");
  assert.match(end?.description ?? "", /7\.25 USDC/);
  assert.equal(wallet.sent.length, 1);
  await assert.rejects(blink.follow(Blink.link(action, /^Pay$/), { amount: "1.00" }), BlinkError);
});

test("a donation of a suggested or any other amount is completed, and counted", async () => {
  const { blink } = await client();
  const { address } = await campaign(net, { kind: "keep_all", goal: "100.00", seconds: HOUR });
  const action = await blink.read(`/actions/donate/${address}`);
  const end = await blink.follow(Blink.link(action, /^Donate$/), { amount: "12.50" });
  assert.equal(end?.type, "completed");
  assert.match(end?.description ?? "", /12\.50 USDC/);
  assert.equal((await campaignNow(net, address)).raised.value, "12.50");
});

test("a donation to a missed goal is taken back", async () => {
  const { wallet, blink } = await client();
  const { address, deadline } = await campaign(net, { kind: "all_or_nothing", goal: "500.00", seconds: 60 });
  const donate = Blink.link(await blink.read(`/actions/donate/${address}`), /^Donate$/);
  await blink.follow(donate, { amount: "30.00" });
  const early = await blink.read(`/actions/refund/${address}`);
  assert.ok(early.disabled, "nothing to take back while the campaign runs");

  await net.travelBeyond(deadline);
  await until("the goal is missed", async () => (await campaignNow(net, address)).status === "missed");
  const refund = Blink.link(await blink.read(`/actions/refund/${address}`));
  assert.equal((await blink.follow(refund))?.type, "completed");
  assert.equal(await net.balance(wallet.key.publicKey), 100_000_000n);
});

test("a stake goes in, earns, is claimed, and comes out again", async () => {
  const { wallet, blink } = await client();
  const { address } = await pool(net, HOUR);
  const action = await blink.read(`/actions/stake/${address}`);
  const staked = await blink.follow(Blink.link(action, /^Stake$/), { tier: "0", amount: "40.00" });
  assert.equal(staked?.type, "completed");
  assert.equal((await poolNow(net, address)).staked.value, "40.00");

  await net.travelBeyond(new Date((await net.now()).getTime() + 120_000));
  const claim = Blink.link(await blink.read(`/actions/claim/${address}`));
  assert.equal((await blink.follow(claim))?.type, "completed");
  assert.ok((await net.balance(wallet.key.publicKey)) > 60_000_000n, "a reward came");

  const unstake = Blink.link(await blink.read(`/actions/unstake/${address}`), /^Unstake$/);
  assert.ok(await blink.follow(unstake));
  await net.travelBeyond(new Date((await net.now()).getTime() + COOLDOWN * 1_000));
  const withdraw = Blink.link(await blink.read(`/actions/withdraw/${address}`), /^Withdraw$/);
  assert.equal((await blink.follow(withdraw))?.type, "completed");
  assert.ok((await net.balance(wallet.key.publicKey)) > 100_000_000n);
});

test("a burn is completed, and says what it destroyed", async () => {
  const { wallet, blink } = await client();
  const { mint } = net.token("USDC");
  const burn = Blink.link(await blink.read(`/actions/burn/${mint}`), /^Burn$/);
  const end = await blink.follow(burn, { amount: "1.25" });
  assert.equal(end?.type, "completed");
  assert.match(end?.description ?? "", /1\.25 USDC/);
  assert.equal(await net.balance(wallet.key.publicKey), 98_750_000n);
});
