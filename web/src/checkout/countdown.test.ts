import { expect, it } from "vitest";

import { clock, secondsUntil } from "./countdown";
import { NOW } from "./testing";

it("counts down to nothing and not below", () => {
  const moment = "2026-11-21T12:00:02Z";
  expect([0, 1, 999, 1000, 1999, 2000, 99_000].map((later) => secondsUntil(moment, NOW + later))).toEqual([
    2, 2, 2, 1, 1, 0, 0,
  ]);
});

it.each([
  [0, "0:00"],
  [9, "0:09"],
  [245, "4:05"],
  [3599, "59:59"],
  [3600, "1:00:00"],
  [86_399, "23:59:59"],
])("shows %i seconds as %s", (seconds, shown) => {
  expect(clock(seconds)).toBe(shown);
});
