import { afterEach, describe, expect, it } from "vitest";

import { decimal, duration, language, percent, preferred, translator } from "./i18n";

afterEach(() => {
  language.value = "en";
});

describe("the language", () => {
  it.each([
    [null, ["hu-HU", "en"], "hu"],
    [null, ["de-DE", "hu", "en"], "hu"],
    [null, ["de", "fr"], "en"],
    [null, [], "en"],
    ["en", ["hu"], "en"],
    ["hu", ["en"], "hu"],
    ["xx", ["hu"], "hu"],
  ])("chosen %s of %j is %s", (chosen, wanted, expected) => {
    expect(preferred(chosen, wanted)).toBe(expected);
  });
});

describe("a message", () => {
  const t = translator({
    en: { hello: "Hello {name}", donors: { one: "{count} donor", other: "{count} donors" } },
    hu: { hello: "Szia {name}", donors: { one: "{count} adakozó", other: "{count} adakozó" } },
  });

  it("follows the language", () => {
    expect(t("hello", { name: "Anna" })).toBe("Hello Anna");
    language.value = "hu";
    expect(t("hello", { name: "Anna" })).toBe("Szia Anna");
  });

  it("has the form of its number, written as the language does", () => {
    expect([1, 2, 1200].map((count) => t("donors", { count }))).toEqual(["1 donor", "2 donors", "1,200 donors"]);
  });

  it("fills in text as it is, and leaves what is not given", () => {
    expect(t("hello", { name: "$& {name}" })).toBe("Hello $& {name}");
    expect(t("hello")).toBe("Hello {name}");
  });
});

describe("numbers", () => {
  it("keep all their digits, beyond what floating point holds", () => {
    expect(decimal("18446744073709.551615")).toBe("18,446,744,073,709.551615");
    expect(decimal("25.00")).toBe("25.00");
    expect(decimal("7")).toBe("7");
    language.value = "hu";
    expect(decimal("25.50")).toBe("25,50");
  });

  it("of basis points are percentages", () => {
    expect([0, 125, 10_000].map(percent)).toEqual(["0%", "1.25%", "100%"]);
  });

  it("of seconds are told in two units", () => {
    expect([0, 59, 61, 3600, 90_000, 86_461].map(duration)).toEqual([
      "0 seconds",
      "59 seconds",
      "1 minute, 1 second",
      "1 hour",
      "1 day, 1 hour",
      "1 day",
    ]);
  });
});
