import {
  getAddressEncoder,
  getProgramDerivedAddress,
  type Address,
  type ReadonlyUint8Array,
} from "@solana/kit";
import { TILL_PROGRAM_ADDRESS } from "../generated/program/index.js";

/** The one bump of every account that wallets create: `SALTED_BUMP` of the program. */
const SALTED_BUMP = 255;

export interface Salted {
  salt: number;
  address: Address;
}

/**
 * The first salt for which the address behind the seeds is at bump 255, and that address. Every second one is, so that
 * there are seeds for which none of the 256 is has never been seen.
 */
export async function salted(
  seedsOf: (salt: number) => ReadonlyUint8Array[] | Promise<ReadonlyUint8Array[]>,
  accept: (address: Address) => Promise<boolean> = async () => true,
): Promise<Salted> {
  for (let salt = 0; salt <= 255; salt += 1) {
    const address = await atFirstBump(TILL_PROGRAM_ADDRESS, await seedsOf(salt));
    if (address !== undefined && (await accept(address))) return { salt, address };
  }
  throw new Error("no salt gives an address");
}

/** Whether the associated token account of `owner` is at bump 255 too. */
export async function holdsTokensAtOnce(owner: Address, mint: Address, tokenProgram: Address): Promise<boolean> {
  const seeds = [owner, tokenProgram, mint].map((address) => getAddressEncoder().encode(address));
  return (await atFirstBump(ASSOCIATED_TOKEN_PROGRAM_ADDRESS, seeds)) !== undefined;
}

const ASSOCIATED_TOKEN_PROGRAM_ADDRESS = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL" as Address;

/** The search for a bump begins with 255: what it finds at another is an address that the program does not take. */
async function atFirstBump(programAddress: Address, seeds: ReadonlyUint8Array[]): Promise<Address | undefined> {
  const [address, bump] = await getProgramDerivedAddress({ programAddress, seeds });
  return bump === SALTED_BUMP ? address : undefined;
}
