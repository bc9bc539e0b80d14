/** Words, numbers and dates in the reader's language. Everything that reads {@link language} follows its change. */

import { effect, signal } from "@preact/signals";

import { forget, recall, remember } from "./memory";

export const LANGUAGES = ["en", "hu"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text with `{names}` to fill in, or one for each plural category of the language. */
export type Message = string | { readonly [category: string]: string };
export type Messages = { readonly [key: string]: Message };
export type Values = { readonly [name: string]: string | number | bigint };

/** The messages of a part of the pages: every language has what English has. */
export type Catalogue<M extends Messages> = Record<Language, { readonly [K in keyof M]: Message }> & { en: M };
export type Translate<M extends Messages> = (key: keyof M & string, values?: Values) => string;

const STORED = "till.language";

export const language = signal<Language>(preferred(recall(STORED), navigatorLanguages()));

/** Chooses a language for this and later visits. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember(STORED, chosen);
}

/** Forgets the choice. */
export function followBrowserLanguage(): void {
  forget(STORED);
  language.value = preferred(null, navigatorLanguages());
}

/** The language that was chosen, else the first of the reader's that there is, else English. */
export function preferred(chosen: string | null, wanted: readonly string[]): Language {
  const known = [chosen ?? "", ...wanted].map((tag) => tag.toLowerCase().split("-")[0]);
  return LANGUAGES.find((language) => language === known.find((tag) => isLanguage(tag))) ?? "en";
}

function isLanguage(tag: string | undefined): boolean {
  return LANGUAGES.some((language) => language === tag);
}

function navigatorLanguages(): readonly string[] {
  return typeof navigator === "undefined" ? [] : navigator.languages;
}

/** The words of one part of the pages. The value `count` chooses the plural form. */
export function translator<M extends Messages>(catalogue: Catalogue<M>): Translate<M> {
  return (key, values = {}) => {
    const chosen = language.value;
    return fill(form(catalogue[chosen][key] ?? key, values["count"], chosen), values, chosen);
  };
}

function form(message: Message, count: string | number | bigint | undefined, language: Language): string {
  if (typeof message === "string") {
    return message;
  }
  const category = new Intl.PluralRules(language).select(Number(count ?? 0));
  return message[category] ?? message["other"] ?? "";
}

function fill(text: string, values: Values, language: Language): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) {
      return placeholder;
    }
    return typeof value === "string" ? value : new Intl.NumberFormat(language).format(value);
  });
}

/** A decimal text as the reader writes numbers, with exactly the digits that it has. */
export function decimal(value: string): string {
  const fraction = value.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat(language.value, {
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
  return format.format(value as Intl.StringNumericLiteral);
}

/** A share in basis points as a percentage. */
export function percent(bps: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 2 }).format(bps / 10_000);
}

/** A moment of the API, in the reader's own time zone. */
export function dateTime(moment: string | Date, style: "medium" | "long" = "medium"): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: style, timeStyle: "short" }).format(new Date(moment));
}

export function date(moment: string | Date): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium" }).format(new Date(moment));
}

const UNITS: readonly [unit: string, size: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** Seconds in their two largest units, as in "2 days, 3 hours". */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0 && parts.length < 2) {
      parts.push(unitText(amount, unit));
    } else if (parts.length > 0) {
      break;
    }
  }
  return parts.length > 0 ? parts.join(", ") : unitText(0, "second");
}


function unitText(amount: number, unit: string): string {
  return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

if (typeof document !== "undefined") {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}
