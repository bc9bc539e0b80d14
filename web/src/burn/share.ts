/**
 * What part of everything that would exist without the burns is gone, in hundredths of a percent, rounded
 * down. Amounts are base units.
 */
export function burnedShare(burned: bigint, supply: bigint): bigint {
  const ever = burned + supply;
  return ever > 0n ? (burned * 10_000n) / ever : 0n;
}
