/** Somebody with a browser and a wallet, watched: nothing may leave the machine, and no page may fail unseen. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";

import type { BrowserContext, Page } from "playwright-core";

import type { TestWallet } from "../wallet/wallet.ts";
import { browser } from "./browser.ts";
import { PATIENCE } from "./until.ts";

/** A desktop's window and a phone's. */
export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, hasTouch: false, isMobile: false },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
export type Screen = keyof typeof SCREENS;

const LOOPBACK = ["127.0.0.1", "localhost"];
/** What Chromium says of each answer that is an error: pages show those to people. */
const REPORTED_ANSWER = "Failed to load resource";

export class Visitor {
  readonly context: BrowserContext;
  readonly wallet: TestWallet;
  readonly screen: Screen;
  readonly #foreign: string[] = [];
  readonly #errors: string[] = [];

  private constructor(context: BrowserContext, wallet: TestWallet, screen: Screen) {
    this.context = context;
    this.wallet = wallet;
    this.screen = screen;
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && !LOOPBACK.includes(hostname)) this.#foreign.push(request.url());
    });
    context.on("weberror", (error) => this.#errors.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith(REPORTED_ANSWER)) {
        this.#errors.push(message.text());
      }
    });
  }

  /** A visitor for one test, gone with it; then the test fails if a page asked another host, or had an error. */
  static async of(test: TestContext, wallet: TestWallet, screen: Screen = "desktop"): Promise<Visitor> {
    const context = await (await browser()).newContext({
      ...SCREENS[screen],
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await wallet.installIn(context);
    const visitor = new Visitor(context, wallet, screen);
    test.after(async () => {
      await context.close();
      assert.deepEqual(visitor.#foreign, [], "a page asked another host");
      assert.deepEqual(visitor.#errors, [], "a page had an error");
    });
    return visitor;
  }

  async open(url: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }
}
