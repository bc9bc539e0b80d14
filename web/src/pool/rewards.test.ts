import { describe, expect, it } from "vitest";

import { earned, paidSeconds, perDay, rateOf, weightOf } from "./rewards";

describe("a rate", () => {
  it("is read exactly, however many digits it has", () => {
    expect(rateOf("0.0125", 6)).toEqual({ units: 125_000_000n, seconds: 10_000n });
    expect(rateOf("3", 0)).toEqual({ units: 3n, seconds: 1n });
    const fine = rateOf("0.123456789012345678", 2);
    expect(fine).toEqual({ units: 12_345_678_901_234_567_800n, seconds: 10n ** 18n });
  });
});

describe("a day's rewards", () => {
  it("are those of all its seconds, in whole base units", () => {
    expect(perDay(rateOf("0.0125", 6))).toBe(1_080_000_000n);
    expect(perDay(rateOf("0.00001", 0))).toBe(0n);
  });
});

describe("a weight", () => {
  it("is the amount times the tier's weight, rounded down", () => {
    expect(weightOf(1_000n, 10_000)).toBe(1_000n);
    expect(weightOf(3n, 15_000)).toBe(4n);
  });
});

describe("what a stake earns", () => {
  it("is its part by weight of what is given out", () => {
    const rate = rateOf("1", 6);
    expect(earned(rate, 86_400n, 250n, 1_000n)).toBe(21_600_000_000n);
  });

  it("is everything for who is alone", () => {
    expect(earned(rateOf("0.000001", 6), 100n, 7n, 7n)).toBeLessThanOrEqual(100n);
    expect(earned(rateOf("0.000001", 6), 100n, 8n, 8n)).toBe(100n);
  });

  it("is rounded down twice, as the program does", () => {
    // Half a base unit a second: 4 are given out in 9 seconds, a third of them is 1.33.
    expect(earned(rateOf("0.5", 0), 9n, 1n, 3n)).toBe(1n);
    expect(earned(rateOf("0.5", 0), 1n, 3n, 3n)).toBe(0n);
  });

  it("never adds up to more than what is given out", () => {
    const rate = rateOf("0.333333", 6);
    const weights = [1n, 17n, 1_000_003n, 999_999_999_999n];
    const weighted = weights.reduce((sum, weight) => sum + weight, 0n);
    const all = weights.reduce((sum, weight) => sum + earned(rate, 12_345n, weight, weighted), 0n);
    expect(all).toBeLessThanOrEqual(333_333n * 12_345n);
    expect(all).toBeGreaterThan(333_333n * 12_345n - 5n);
  });

  it("stays exact for amounts that a floating-point number cannot hold", () => {
    const most = 2n ** 64n - 1n;
    expect(earned({ units: most, seconds: 1n }, 1n, most, most)).toBe(most);
  });

  it("is nothing where nobody stakes, or no time passes", () => {
    expect(earned(rateOf("1", 6), 10n, 0n, 0n)).toBe(0n);
    expect(earned(rateOf("1", 6), 0n, 1n, 1n)).toBe(0n);
  });
});

describe("the seconds that are paid", () => {
  it("end with the reward", () => {
    expect(paidSeconds(100n, 1_050, 1_000)).toBe(50n);
    expect(paidSeconds(10n, 1_050, 1_000)).toBe(10n);
    expect(paidSeconds(10n, 900, 1_000)).toBe(0n);
    expect(paidSeconds(10n, null, 1_000)).toBe(0n);
  });
});
