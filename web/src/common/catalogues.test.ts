import { describe, expect, it } from "vitest";

import { LANGUAGES, type Message, type Messages } from "./i18n";

/** The messages of every part of the pages, by file. */
const files = import.meta.glob<Messages>("/src/**/messages/*.json", { eager: true, import: "default" });
const parts = [...new Set(Object.keys(files).map((file) => file.split("/messages/")[0] ?? ""))];

function messages(part: string, language: string): Messages {
  return files[`${part}/messages/${language}.json`] ?? {};
}

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort();
}

function forms(message: Message | undefined): string[] {
  return typeof message === "string" ? [message] : Object.values(message ?? {});
}

describe.each(parts)("the messages of %s", (part) => {
  const english = messages(part, "en");

  it.each(LANGUAGES)("are all there in %s, and no others", (language) => {
    expect(Object.keys(messages(part, language)).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(LANGUAGES)("have the same places to fill in, in %s", (language) => {
    for (const [key, message] of Object.entries(messages(part, language))) {
      const wanted = placeholders(forms(english[key]).join());
      for (const text of forms(message)) {
        expect(text.trim(), key).not.toBe("");
        expect(wanted, key).toEqual(expect.arrayContaining(placeholders(text)));
      }
      expect(placeholders(forms(message).join()), key).toEqual(wanted);
    }
  });

  it.each(LANGUAGES)("have every plural form that %s has", (language) => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(messages(part, language))) {
      if (typeof message !== "string") {
        expect(Object.keys(message).sort(), key).toEqual([...categories].sort());
      }
    }
  });
});
