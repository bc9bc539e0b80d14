/** Looks at a page in one of its states: axe in the light and in the dark, and pictures of both on both screens. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

import { SCREENS } from "./visitor.ts";
import type { Screen } from "./visitor.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES: RunOptions = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
};
/** What fails a test; the rest is printed. */
const GRAVE = ["serious", "critical"];
const SCHEMES = ["light", "dark"] as const;

/** Where the pictures go; none are taken without it. */
const PICTURES = process.env["TILL_SCREENSHOTS"];

/** `name` says page and state: `checkout-paid`. Axe looks at the visitor's own screen. */
export async function look(page: Page, name: string): Promise<void> {
  const own = page.viewportSize();
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(page, `${name} ${colorScheme}`)));
    for (const screen of Object.keys(SCREENS) as Screen[]) {
      await picture(page, `${name}-${screen}-${colorScheme}`, screen);
    }
    if (own) await page.setViewportSize(own);
  }
  await page.emulateMedia({ colorScheme: null });
  assert.deepEqual(found, [], "axe found what keeps people out");
}

async function violations(page: Page, where: string): Promise<string[]> {
  // By the debugger, as page.evaluate does: the page's own policy forbids scripts of others.
  await page.evaluate(AXE);
  const results = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
    RULES,
  );
  return results.violations.flatMap(({ id, impact, help, nodes, tags }) => {
    const places = nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary ?? ""})`);
    const told = `${where}: ${id} (${impact ?? "?"}): ${help}: ${places.join("; ").replaceAll("\n", " ")}`;
    if (GRAVE.includes(impact ?? "") && tags.some((tag) => tag.startsWith("wcag"))) return [told];
    console.log(`axe, not grave: ${told}`);
    return [];
  });
}

async function picture(page: Page, name: string, screen: Screen): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.setViewportSize(SCREENS[screen].viewport);
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true, animations: "disabled" });
}
