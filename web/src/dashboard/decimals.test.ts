import { describe, expect, it } from "vitest";

import { isEqual, isZero, negated, sum, trimmed } from "./decimals";

describe("sums of decimal text", () => {
  it("are exact beyond what a number holds", () => {
    expect(sum(["9007199254740993.000001", "0.000001"])).toBe("9007199254740993.000002");
    expect(sum(["0.1", "0.2"])).toBe("0.3");
  });

  it("keep the longest fraction, and a sign", () => {
    expect(sum(["12.5", "-0.000001"])).toBe("12.499999");
    expect(sum(["1.50", "-2"])).toBe("-0.50");
    expect(sum([])).toBe("0");
    expect(sum(["-0.3", "0.30"])).toBe("0.00");
  });

  it("are equal whatever zeros are written", () => {
    expect(isEqual("1.50", "1.500000")).toBe(true);
    expect(isEqual("1.50", "1.500001")).toBe(false);
    expect(isEqual("-1", "1")).toBe(false);
    expect([isZero("0.00"), isZero("-0"), isZero("0.01")]).toEqual([true, true, false]);
    expect([negated("1.5"), negated("-1.5")]).toEqual(["-1.5", "1.5"]);
  });

  it("are shown with two digits, and as many more as say something", () => {
    expect(trimmed("25.000000")).toBe("25.00");
    expect(trimmed("25.120300")).toBe("25.1203");
    expect(trimmed("7")).toBe("7");
    expect(trimmed("-0.500000")).toBe("-0.50");
  });
});
