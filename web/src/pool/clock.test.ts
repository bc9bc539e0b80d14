import { describe, expect, it } from "vitest";

import { chainTime } from "./clock";
import type { Pool } from "./data";

describe("the chain's time", () => {
  it("goes on from the last answer, whatever the device's clock says", () => {
    const data = { as_of: "2030-01-01T00:00:00Z" } as Pool;
    const told = Date.parse(data.as_of) / 1000;
    expect(chainTime({ data, at: 5_000 }, 5_000)).toBe(told);
    expect(chainTime({ data, at: 5_000 }, 65_000)).toBe(told + 60);
  });

  it("is the device's until there is an answer", () => {
    expect(chainTime({ data: null, at: 0 }, 9_000)).toBe(9);
  });
});
