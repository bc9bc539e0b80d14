/**
 * What a stake earns, counted as the program counts it: whole base units are given out, shared by weight
 * with 64 binary digits behind the point, and rounded down. Amounts are base units.
 */

/** A tier's weight in basis points of the stake: 10,000 is once. */
const BPS = 10_000n;
const FRACTION_BITS = 64n;

/** Base units per second, as a fraction: a rate is hardly ever a whole number. */
export interface Rate {
  units: bigint;
  seconds: bigint;
}

/** A rate written in units of a token with so many decimals, such as `0.0125`. */
export function rateOf(perSecond: string, decimals: number): Rate {
  const [whole = "0", fraction = ""] = perSecond.split(".");
  const units = BigInt(whole + fraction) * 10n ** BigInt(decimals);
  return { units, seconds: 10n ** BigInt(fraction.length) };
}

/** What an amount weighs in a tier. */
export function weightOf(amount: bigint, weightBps: number): bigint {
  return (amount * BigInt(weightBps)) / BPS;
}

/**
 * What `weight` earns of one reward in `seconds`, when all stakes together weigh `weighted` (this one
 * included) all the time.
 */
export function earned(rate: Rate, seconds: bigint, weight: bigint, weighted: bigint): bigint {
  if (weighted === 0n || seconds <= 0n) return 0n;
  const released = (rate.units * seconds) / rate.seconds;
  const perShare = (released << FRACTION_BITS) / weighted;
  return (weight * perShare) >> FRACTION_BITS;
}

/** The seconds of the next `seconds` in which a reward that ends at `endsAt` (unix seconds) is paid. */
export function paidSeconds(seconds: bigint, endsAt: number | null, now: number): bigint {
  if (endsAt === null) return 0n;
  const left = BigInt(Math.max(0, Math.floor(endsAt - now)));
  return seconds < left ? seconds : left;
}

/** What all stakers together are given in a day. */
export function perDay(rate: Rate): bigint {
  return (rate.units * 86_400n) / rate.seconds;
}
