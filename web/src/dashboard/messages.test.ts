import { describe, expect, it } from "vitest";

type Messages = Record<string, string | Record<string, string>>;
type Catalogue = [english: Messages, hungarian: Messages];

const files = import.meta.glob<Messages>("./**/messages/*.json", { eager: true, import: "default" });
const folders = [...new Set(Object.keys(files).map((path) => path.replace(/[^/]+$/, "")))];
const catalogues = folders.map((folder): [string, Catalogue] => [
  folder,
  [files[`${folder}en.json`] ?? {}, files[`${folder}hu.json`] ?? {}],
]);

const placeholders = (message: string | Record<string, string>) =>
  [...new Set(Object.values(typeof message === "string" ? { message } : message).join(" ").match(/\{\w+\}/g))].sort();

describe.each(catalogues)("the messages of %s", (_, [english, hungarian]) => {
  it("are the same in both languages", () => {
    expect(Object.keys(hungarian).sort()).toEqual(Object.keys(english).sort());
  });

  it("are filled with the same values, and none is empty", () => {
    for (const [key, message] of Object.entries(english)) {
      const translated = hungarian[key] ?? "";
      expect(placeholders(translated), key).toEqual(placeholders(message));
      expect([JSON.stringify(message), JSON.stringify(translated)], key).not.toContain('""');
    }
  });
});

it("every folder of messages is looked at", () => {
  expect(folders.length).toBeGreaterThanOrEqual(10);
});
