/** What everybody does on every page. */
import type { Locator, Page } from "playwright-core";

import type { TestWallet } from "../wallet/wallet.ts";

/** Connects the wallet, as a person does: by the button, and by choosing the wallet in the dialog. */
export async function connect(page: Page, wallet: TestWallet): Promise<void> {
  await page.getByRole("button", { name: /^Connect (a|the|your) wallet/ }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: wallet.appearance.name }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Waits until the page says this, wherever. */
export async function says(page: Page | Locator, words: string | RegExp): Promise<void> {
  await page.getByText(words).first().waitFor();
}

/** Presses the button with this name. */
export async function press(page: Page | Locator, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name }).first().click();
}
