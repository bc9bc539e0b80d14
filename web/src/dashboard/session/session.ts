/** Who is signed in, and for which merchant. The token stays in this tab: it is in no URL and in no cookie. */

import { batch, computed, signal } from "@preact/signals";

import { forget, recall, remember } from "../../common/memory";
import type { Merchant, Scope } from "../api/types";

export interface Session {
  token: string;
  /** The wallet that signed in, base58. */
  wallet: string;
  expires_at: string;
}

const SESSION = "till.session";
const MERCHANT = "till.merchant";

export const session = signal<Session | null>(restored(recall(SESSION, "sessionStorage"), Date.now()));
/** Whether the last session ended by itself, so that the page can say so. */
export const hasExpired = signal(false);
/** The merchant that was chosen, by id. */
export const merchantId = signal<string | null>(recall(MERCHANT, "sessionStorage"));
/** The same, as the API described it. */
export const merchant = signal<Merchant | null>(null);

/** Whether the person wants to choose, and is not to be taken to the merchant that is the only one. */
export const isChoosing = signal(false);

const scopes = computed(() => new Set<Scope>(merchant.value?.scopes ?? []));

/** Whether the person may do something. The API decides; the page only does not offer what would be refused. */
export function may(scope: Scope): boolean {
  return scopes.value.has(scope);
}

export function begin(started: Session): void {
  remember(SESSION, JSON.stringify(started), "sessionStorage");
  batch(() => {
    session.value = started;
    hasExpired.value = false;
  });
}

/** Forgets everything that the tab knew of the person. */
export function end(expired = false): void {
  forget(SESSION, "sessionStorage");
  batch(() => {
    hasExpired.value = expired;
    session.value = null;
    chooseMerchant(null);
  });
}

export function chooseMerchant(id: string | null): void {
  if (id === null) {
    forget(MERCHANT, "sessionStorage");
  } else {
    remember(MERCHANT, id, "sessionStorage");
  }
  batch(() => {
    merchantId.value = id;
    merchant.value = null;
  });
}

/** A session as it was kept, unless it is over or was not written by us. */
export function restored(kept: string | null, now: number): Session | null {
  try {
    const { token, wallet, expires_at } = JSON.parse(kept ?? "null") as Session;
    const isWhole = [token, wallet, expires_at].every((text) => typeof text === "string" && text !== "");
    return isWhole && Date.parse(expires_at) > now ? { token, wallet, expires_at } : null;
  } catch {
    return null;
  }
}
