/** What this tab remembers of a transaction that was sent. The chain decides; this only keeps a page from offering
 * the same payment again while it is on its way. */

import { forget, recall, remember } from "../common/memory";

export interface Sent {
  signature: string;
  /** By the clock of this device, in milliseconds. */
  at: number;
}

/** For how long a transaction can come onto the chain: 150 blocks of less than 0.6 seconds, in milliseconds. */
export const ALIVE = 90_000;

const key = (payment: string) => `till.sent.${payment}`;

export function recallSent(payment: string, now: number): Sent | null {
  const text = recall(key(payment), "sessionStorage");
  const sent = text ? parse(text) : null;
  return sent && isAlive(sent, now) ? sent : null;
}

export function rememberSent(payment: string, sent: Sent): void {
  remember(key(payment), JSON.stringify(sent), "sessionStorage");
}

export function forgetSent(payment: string): void {
  forget(key(payment), "sessionStorage");
}

/** Whether it may still come; what comes from the future was written by another clock. */
export function isAlive({ at }: Sent, now: number): boolean {
  return at <= now && now - at < ALIVE;
}

function parse(text: string): Sent | null {
  try {
    const { signature, at } = JSON.parse(text) as Partial<Sent>;
    return typeof signature === "string" && typeof at === "number" ? { signature, at } : null;
  } catch {
    return null;
  }
}
