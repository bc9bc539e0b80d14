import { describe, expect, it } from "vitest";

import { progressOf } from "./progress";

describe("the progress of a campaign", () => {
  it("says 100 percent only when the goal is reached", () => {
    expect(progressOf(999_999n, 1_000_000n)).toEqual({ percent: 99n, bar: 99, reached: false, missing: 1n });
    expect(progressOf(1_000_000n, 1_000_000n)).toMatchObject({ percent: 100n, reached: true, missing: 0n });
  });

  it("goes beyond the goal, and the bar does not", () => {
    expect(progressOf(25n, 10n)).toEqual({ percent: 250n, bar: 100, reached: true, missing: 0n });
  });

  it("begins at nothing", () => {
    expect(progressOf(0n, 10n)).toEqual({ percent: 0n, bar: 0, reached: false, missing: 10n });
  });
});
