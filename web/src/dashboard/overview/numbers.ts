/** What the overview says of a period, out of the API's series. Pure. */

import { sum } from "../decimals";

export interface SeriesPoint {
  time: string;
  /** Decimal text. */
  value: string;
}

export interface Success {
  asked: number;
  paid: number;
  /** In basis points; nothing where nothing was asked for. */
  bps: number | null;
}

/** How many payments were asked for and how many of them were paid: the series tell the count and the share. */
export function success(counts: readonly SeriesPoint[], shares: readonly SeriesPoint[]): Success {
  const asked = counts.reduce((total, point) => total + Number(point.value), 0);
  const paid = counts.reduce((total, point, index) => {
    return total + Math.round(Number(point.value) * Number(shares[index]?.value ?? 0));
  }, 0);
  return { asked, paid, bps: asked === 0 ? null : Math.round((paid * 10_000) / asked) };
}

export function total(points: readonly SeriesPoint[]): string {
  return sum(points.map((point) => point.value));
}

/** What expires within so many milliseconds from now, the next one first. */
export function expiring<P extends { authorization_expires_at: string }>(
  payments: readonly P[],
  now: number,
  within: number,
): P[] {
  const left = (payment: P) => Date.parse(payment.authorization_expires_at) - now;
  return payments.filter((payment) => left(payment) <= within).sort((one, other) => left(one) - left(other));
}
