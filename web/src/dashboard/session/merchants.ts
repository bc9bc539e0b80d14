/** The merchants that the signed-in wallet acts for, and becoming one. */

import { batch } from "@preact/signals";

import { call } from "../api/client";
import type { Merchant } from "../api/types";
import { chooseMerchant, isChoosing, merchant, merchantId } from "./session";

export interface Membership {
  id: string;
  address: string;
  name: string;
  role: string;
}

/** A merchant's account on the chain that the wallet governs, and that nobody owns here. */
export interface Governed {
  address: string;
  /** Nothing for an account that is new here. */
  name?: string | null;
}

export interface Memberships {
  data: Membership[];
  governed: Governed[];
}

export function loadMemberships(signal?: AbortSignal): Promise<Memberships> {
  return call<Memberships>("/v1/merchants", signal ? { signal } : {});
}

/** The merchant that need not be asked for. */
export function onlyOne(memberships: readonly Membership[]): string | null {
  return memberships.length === 1 ? (memberships[0]?.id ?? null) : null;
}

/** Acts for a merchant from now on. */
export async function enter(id: string): Promise<void> {
  if (merchantId.value !== id) {
    chooseMerchant(id);
  }
  const entered = await call<Merchant>("/v1/merchant");
  batch(() => {
    merchant.value = entered;
    isChoosing.value = false;
  });
}

/** Brings a merchant's account in; known ones are taken over. */
export async function bringIn(address: string, name: string): Promise<void> {
  const { id } = await call<{ id: string }>("/v1/merchants", { method: "POST", body: { address, name } });
  await enter(id);
}
