/** What people have made on the chain before others come: campaigns and pools. */
import { TestWallet } from "../wallet/wallet.ts";
import type { Net } from "./net.ts";
import { until } from "./until.ts";

const USDC = 1_000_000n;
const DAY = 86_400;

type Begun = { address: string; transaction: string };

export type Campaign = { address: string; status: string; raised: { value: string }; page_url: string };
export type Pool = { address: string; page_url: string; staked: { value: string }; rewards: unknown[] };

export function campaignNow(net: Net, address: string): Promise<Campaign> {
  return net.call("GET", `/v1/campaigns/${address}`);
}

export function poolNow(net: Net, address: string): Promise<Pool> {
  return net.call("GET", `/v1/pools/${address}`);
}

/** A wallet's own campaign that ends so many seconds from now, by the chain's clock. */
export async function campaign(
  net: Net,
  terms: { kind: "keep_all" | "all_or_nothing"; goal: string; seconds: number },
): Promise<Campaign & { deadline: Date }> {
  const creator = new TestWallet(net.connection);
  await net.fund(creator.key.publicKey, 0n);
  const { kind, goal, seconds } = terms;
  const deadline = new Date((await net.now()).getTime() + seconds * 1_000);
  const request = { kind, goal, deadline: deadline.toISOString(), creator: creator.address, token: "USDC" };
  const { address, transaction } = await net.call<Begun>("POST", "/v1/campaigns/transactions", request);
  await creator.signAndSend(transaction);
  const begun = await until("the campaign is indexed", () => campaignNow(net, address).catch(() => undefined));
  return { ...begun, deadline };
}

/** Lock and cooldown together: the least that the program allows. In seconds. */
export const COOLDOWN = DAY;

/** A pool with a tier without a lock and one with, and a reward of 0.001 USDC a second for ten days. */
export async function pool(net: Net, lock: number): Promise<Pool> {
  const authority = new TestWallet(net.connection);
  await net.fund(authority.key.publicKey, 1_000n * USDC);
  const { address, transaction } = await net.call<Begun>("POST", "/v1/pools/transactions", {
    authority: authority.address,
    token: "USDC",
    tiers: [
      { lock_seconds: 0, weight_bps: 10_000 },
      { lock_seconds: lock, weight_bps: 20_000 },
    ],
    cooldown_seconds: COOLDOWN,
  });
  await authority.signAndSend(transaction);
  const does = async (body: object) => {
    const path = `/v1/pools/${address}/transactions`;
    const asked = await until(`the pool takes ${JSON.stringify(body)}`, () =>
      net.call<Begun>("POST", path, { account: authority.address, ...body }).catch(() => undefined),
    );
    await authority.signAndSend(asked.transaction);
  };
  await does({ action: "add_reward", token: "USDC" });
  await does({ action: "fund_reward", token: "USDC", amount: "864.00", seconds: 10 * DAY });
  return until("the reward is indexed", async () => {
    const pool = await poolNow(net, address);
    return JSON.stringify(pool.rewards).includes("864") && pool;
  });
}
