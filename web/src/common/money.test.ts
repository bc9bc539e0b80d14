import { describe, expect, it } from "vitest";

import { formatAmount, parseAmount, shareBps } from "./money";

describe("an amount", () => {
  it.each<[string, number, bigint]>([
    ["25.00", 6, 25_000_000n],
    ["0.000001", 6, 1n],
    ["1.005", 9, 1_005_000_000n],
    ["7", 0, 7n],
    ["18446744073709.551615", 6, 2n ** 64n - 1n],
  ])("%s with %i decimals is read and written alike", (text, decimals, units) => {
    expect(parseAmount(text, decimals)).toBe(units);
    expect(parseAmount(formatAmount(units, decimals), decimals)).toBe(units);
  });

  it("is written with two digits where the token has them", () => {
    expect([formatAmount(25_000_000n, 6), formatAmount(5n, 1), formatAmount(7n, 0)]).toEqual(["25.00", "0.5", "7"]);
  });

  it("is taken with a comma or spaces around it", () => {
    expect(parseAmount(" 1,5 ", 6)).toBe(1_500_000n);
  });

  it.each(["", ".", "1.", ".5", "-1", "+1", "1e3", "1.2.3", "1,2,3", "٣", "0x1"])("is not %s", (text) => {
    expect(parseAmount(text, 6)).toBe("malformed");
  });

  it("is neither finer nor larger than its token", () => {
    expect(parseAmount("0.0000001", 6)).toBe("too_precise");
    expect(parseAmount("1.10", 1)).toBe(11n);
    expect(parseAmount("18446744073709.551616", 6)).toBe("too_large");
  });
});

it("a share is rounded down, and of nothing is everything", () => {
  expect([shareBps(1n, 3n), shareBps(3n, 3n), shareBps(5n, 4n), shareBps(0n, 0n)]).toEqual([
    3_333, 10_000, 12_500, 10_000,
  ]);
});
