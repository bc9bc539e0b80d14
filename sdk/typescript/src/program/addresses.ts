import {
  getAddressEncoder,
  getArrayEncoder,
  getI64Encoder,
  getU32Encoder,
  getU64Encoder,
  getU8Encoder,
  getUtf8Encoder,
  type Address,
  type ReadonlyUint8Array,
} from "@solana/kit";

import {
  findPoolPda,
  getTermsEncoder,
  getTierEncoder,
  type CampaignTermsArgs,
  type TermsArgs,
  type TierArgs,
} from "../generated/program/index.js";
import { holdsTokensAtOnce, salted, type Salted } from "./salt.js";

export type { Salted } from "./salt.js";

const text = (value: string) => getUtf8Encoder().encode(value);
const key = (address: Address) => getAddressEncoder().encode(address);
const byte = (value: number) => getU8Encoder().encode(value);

async function sha256(...parts: ReadonlyUint8Array[]): Promise<Uint8Array> {
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** What a payment's address commits to. */
export function termsHash(terms: TermsArgs): Promise<Uint8Array> {
  return sha256(text("till:terms:2"), getTermsEncoder().encode(terms));
}

/**
 * The terms with the salt that gives them an address under this merchant, and that address: where the payment is, or will
 * be, and nobody can pay it under other terms.
 */
export async function findPayment(
  merchant: Address,
  terms: Omit<TermsArgs, "salt">,
): Promise<{ terms: TermsArgs; address: Address }> {
  const { salt, address } = await salted(async (salt) => [
    text("payment"),
    key(merchant),
    await termsHash({ ...terms, salt }),
  ]);
  return { terms: { ...terms, salt }, address };
}

/** What a pool's address commits to. */
export function poolTermsHash(stakeMint: Address, tiers: TierArgs[], cooldownSeconds: number): Promise<Uint8Array> {
  return sha256(
    text("till:pool:1"),
    key(stakeMint),
    getU32Encoder().encode(cooldownSeconds),
    getArrayEncoder(getTierEncoder()).encode(tiers),
  );
}

/** The address of the founder's pool number `index` with these terms. */
export async function findPool(
  founder: Address,
  index: number,
  terms: { stakeMint: Address; tiers: TierArgs[]; cooldownSeconds: number },
): Promise<Address> {
  const hash = await poolTermsHash(terms.stakeMint, terms.tiers, terms.cooldownSeconds);
  const [address] = await findPoolPda({ founder, index, termsHash: hash });
  return address;
}

/** The owner's first position in a pool. */
export function findPosition(pool: Address, owner: Address): Promise<Salted> {
  return salted((salt) => [text("position"), key(pool), key(owner), byte(salt)]);
}

/** A campaign's address commits to its terms, its creator and its mint. */
export function findCampaign(
  creator: Address,
  mint: Address,
  tokenProgram: Address,
  terms: CampaignTermsArgs,
): Promise<Salted> {
  const seeds = [
    text("campaign"),
    key(creator),
    key(terms.beneficiary),
    key(mint),
    getU64Encoder().encode(terms.id),
    getU64Encoder().encode(terms.goal),
    getI64Encoder().encode(terms.deadline),
    byte(terms.kind),
  ];
  const holdsTokens = (address: Address) => holdsTokensAtOnce(address, mint, tokenProgram);
  return salted((salt) => [...seeds, byte(salt)], holdsTokens);
}

/** A donor's first receipt of a campaign. */
export function findDonation(campaign: Address, donor: Address): Promise<Salted> {
  return salted((salt) => [text("donation"), key(campaign), key(donor), byte(salt)]);
}

/** The vesting number `id` of a grantor for a beneficiary. */
export function findVesting(
  grantor: Address,
  beneficiary: Address,
  id: bigint,
  token: { mint: Address; tokenProgram: Address },
): Promise<Salted> {
  const seeds = [text("vesting"), key(grantor), key(beneficiary), getU64Encoder().encode(id)];
  const holdsTokens = (address: Address) => holdsTokensAtOnce(address, token.mint, token.tokenProgram);
  return salted((salt) => [...seeds, byte(salt)], holdsTokens);
}
