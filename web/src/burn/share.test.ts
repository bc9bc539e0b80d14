import { describe, expect, it } from "vitest";

import { burnedShare } from "./share";

describe("the share that is burned", () => {
  it("is of everything that there would be", () => {
    expect(burnedShare(25n, 75n)).toBe(2_500n);
    expect(burnedShare(1n, 2n ** 64n - 2n)).toBe(0n);
  });

  it("is nothing of nothing, and everything of what is all gone", () => {
    expect(burnedShare(0n, 0n)).toBe(0n);
    expect(burnedShare(5n, 0n)).toBe(10_000n);
  });
});
