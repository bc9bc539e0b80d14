import { describe, expect, it } from "vitest";

import { expiring, success, total } from "./numbers";

const points = (...values: string[]) => values.map((value) => ({ time: "", value }));

describe("the overview's numbers", () => {
  it("count what was paid out of the shares of each day", () => {
    expect(success(points("3", "0", "4"), points("0.6667", "0", "0.25"))).toEqual({ asked: 7, paid: 3, bps: 4286 });
  });

  it("have no share where nothing was asked for", () => {
    expect(success(points("0"), points("0"))).toEqual({ asked: 0, paid: 0, bps: null });
  });

  it("sum amounts to the base unit", () => {
    expect(total(points("0.1", "0.000002"))).toBe("0.100002");
  });

  it("name what expires soon, the next first", () => {
    const at = (time: string) => ({ authorization_expires_at: time });
    const all = [at("2026-01-03T00:00:00Z"), at("2026-01-01T12:00:00Z"), at("2026-01-01T06:00:00Z")];
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(expiring(all, now, 86_400_000)).toEqual([all[2], all[1]]);
  });
});
