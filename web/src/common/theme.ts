/** Dark or light: as the device says, or as the reader chose. */

import { effect, signal } from "@preact/signals";

import { forget, recall, remember } from "./memory";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "till.theme";

export const theme = signal<Theme>(THEMES.find((theme) => theme === recall(STORED)) ?? "system");

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === "system") {
    forget(STORED);
  } else {
    remember(STORED, chosen);
  }
}

if (typeof document !== "undefined") {
  effect(() => {
    if (theme.value === "system") {
      delete document.documentElement.dataset["theme"];
    } else {
      document.documentElement.dataset["theme"] = theme.value;
    }
  });
}
