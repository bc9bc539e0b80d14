import { describe, expect, it } from "vitest";

import { bars, shownLabels, ticks } from "./scale";

describe("a chart's scale", () => {
  it("has round numbers from zero to the first that is not below the most", () => {
    expect(ticks(100)).toEqual([0, 50, 100]);
    expect(ticks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticks(1_234_567)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
  });

  it("has whole numbers where things are counted", () => {
    expect(ticks(2, true)).toEqual([0, 1, 2]);
    expect(ticks(2)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  it("stands also where there is nothing to show", () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(Number.NaN)).toEqual([0, 1]);
  });

  it("makes bars that can be seen, unless they are of nothing", () => {
    const [none, little, all] = bars([0, 0.001, 10], 300, 100, 10);
    expect([none?.height, little?.height, all?.height]).toEqual([0, 2, 100]);
    expect(all && all.x + all.width).toBeLessThanOrEqual(300);
  });

  it("shows as many labels as fit, the last one always", () => {
    expect([...shownLabels(4, 400, 50)]).toEqual([0, 1, 2, 3]);
    expect([...shownLabels(30, 300, 50)]).toEqual([4, 9, 14, 19, 24, 29]);
  });
});
