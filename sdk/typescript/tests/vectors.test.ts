import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import {
  CampaignKind,
  CaptureMode,
  findCampaign,
  findDonation,
  findPayment,
  findPool,
  findPosition,
  findVesting,
  getAuthorizeInstruction,
  getAuthorizeInstructionDataDecoder,
  termsHash,
  TILL_PROGRAM_ADDRESS,
  type TermsArgs,
} from "@till/client/program";
import { address, generateKeyPairSigner } from "@solana/kit";

// What the program itself makes of these inputs: see sdk/rust/tests/vectors.rs.
const vectors = JSON.parse(await readFile(new URL("../../vectors.json", import.meta.url), "utf8"));

function termsOf(terms: any): Omit<TermsArgs, "salt"> {
  const { protection } = terms;
  return {
    id: Uint8Array.from(Buffer.from(terms.id, "hex")),
    mint: terms.mint,
    amount: BigInt(terms.amount),
    authorizationExpiry: BigInt(terms.authorization_expiry),
    refundExpiry: BigInt(terms.refund_expiry),
    captureMode: terms.capture_mode === "manual" ? CaptureMode.Manual : CaptureMode.Immediate,
    maxFeeBps: terms.max_fee_bps,
    protection: protection && {
      captureFrom: BigInt(protection.capture_from),
      arbiter: protection.arbiter,
      disputeSeconds: protection.dispute_seconds,
    },
    splits: terms.splits,
  };
}

test("a payment's address commits to its terms as the program has it", async () => {
  assert.equal(vectors.payments.length, 2);
  for (const { merchant, terms, salt, hash, address } of vectors.payments) {
    const found = await findPayment(merchant, termsOf(terms));
    assert.equal(found.terms.salt, salt);
    assert.equal(Buffer.from(await termsHash(found.terms)).toString("hex"), hash);
    assert.equal(found.address, address);
    const other = await findPayment(merchant, { ...termsOf(terms), amount: 1n });
    assert.notEqual(other.address, address);
  }
});

test("pools, positions, campaigns, receipts and vestings are where the program has them", async () => {
  const { pool, position, campaign, donation, vesting } = vectors;
  const tiers = pool.tiers.map((tier: any) => ({ lockSeconds: tier.lock_seconds, weightBps: tier.weight_bps }));
  const terms = { stakeMint: pool.stake_mint, tiers, cooldownSeconds: pool.cooldown_seconds };
  assert.equal(await findPool(pool.founder, pool.index, terms), pool.address);
  const at = ({ salt, address }: any) => ({ salt, address });
  assert.deepEqual(await findPosition(position.pool, position.owner), at(position));
  assert.deepEqual(await findDonation(donation.campaign, donation.donor), at(donation));
  const { kind, ...of } = campaign.terms;
  const campaignTerms = {
    id: BigInt(of.id),
    beneficiary: of.beneficiary,
    goal: BigInt(of.goal),
    deadline: BigInt(of.deadline),
    kind: kind === "keep_all" ? CampaignKind.KeepAll : CampaignKind.AllOrNothing,
  };
  const { creator, mint, token_program } = campaign;
  assert.deepEqual(await findCampaign(creator, mint, token_program, campaignTerms), at(campaign));
  const token = { mint: vesting.mint, tokenProgram: vesting.token_program };
  const found = await findVesting(vesting.grantor, vesting.beneficiary, BigInt(vesting.id), token);
  assert.deepEqual(found, at(vesting));
});

test("an instruction names the accounts that are always the same by itself", async () => {
  const [vector] = vectors.payments;
  const payer = await generateKeyPairSigner();
  const { terms, address: payment } = await findPayment(vector.merchant, termsOf(vector.terms));
  const some = address(vectors.pool.founder);
  const instruction = getAuthorizeInstruction({
    payer,
    rentPayer: payer,
    vault: some,
    vaultToken: some,
    mint: terms.mint,
    payerToken: some,
    payment,
    terms,
    maxSent: 25_000_000n,
  });
  assert.equal(instruction.programAddress, TILL_PROGRAM_ADDRESS);
  assert.equal(instruction.accounts.length, 12);
  assert(instruction.accounts.every(({ address }) => address.length >= 32));
  const { terms: read, maxSent } = getAuthorizeInstructionDataDecoder().decode(instruction.data);
  assert.equal(maxSent, 25_000_000n);
  assert.deepEqual(await termsHash(read as TermsArgs), await termsHash(terms));
});
