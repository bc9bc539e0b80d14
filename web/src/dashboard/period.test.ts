import { describe, expect, it } from "vitest";

import { between, day, offset, period } from "./period";

/** Half past one in the night, by the clock of this machine. */
const NOW = new Date(2026, 2, 1, 1, 30);

describe("periods", () => {
  it("end with today, which is the reader's", () => {
    expect(period("today", NOW)).toMatchObject({ from: "2026-03-01", to: "2026-03-02" });
    expect(period("week", NOW)).toMatchObject({ from: "2026-02-23", to: "2026-03-02" });
    expect(period("month", NOW)).toMatchObject({ from: "2026-01-31", to: "2026-03-02" });
  });

  it("have both of the days that were chosen in them", () => {
    expect(between("2026-02-28", "2026-03-01", NOW)).toMatchObject({ from: "2026-02-28", to: "2026-03-02" });
    expect(between("2026-03-01", "2026-03-01", NOW)).toMatchObject({ from: "2026-03-01", to: "2026-03-02" });
  });

  it("are none where the end is before the beginning, or a day is missing", () => {
    expect(between("2026-03-02", "2026-03-01", NOW)).toBeNull();
    expect(between("", "2026-03-01", NOW)).toBeNull();
  });

  it("cross the end of a year", () => {
    expect(day(new Date(2026, 11, 31), 1)).toBe("2027-01-01");
  });

  it("name the time zone as the API reads it", () => {
    const ahead = (minutes: number) => ({ getTimezoneOffset: () => -minutes }) as Date;
    expect([120, 0, -210, 345].map((minutes) => offset(ahead(minutes)))).toEqual(["+02:00", "+00:00", "-03:30", "+05:45"]);
  });
});
