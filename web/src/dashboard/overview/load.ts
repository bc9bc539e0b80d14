import { call, withQuery } from "../api/client";
import type { Balance, Balances, Endpoint, Page, Payment } from "../api/types";
import type { Period } from "../period";
import { may } from "../session/session";
import type { SeriesPoint } from "./numbers";

export type Interval = "hour" | "day";
export type Metric = "volume" | "captured" | "refunded" | "fees" | "payments" | "conversion";

/** A number over time, of one token where it is an amount. */
export async function series(
  metric: Metric,
  period: Period,
  interval: Interval,
  token: string | null,
  signal: AbortSignal,
): Promise<SeriesPoint[]> {
  const path = withQuery("/v1/reports/time-series", { ...period, interval, metric, token });
  return (await call<{ data: SeriesPoint[] }>(path, { signal })).data;
}

export async function balances(signal: AbortSignal): Promise<Balance[]> {
  return (await call<Balances>("/v1/balances", { signal })).data;
}

export interface Attention {
  disputed: Payment[];
  authorized: Payment[];
  endpoints: Endpoint[];
}

/** At most so many payments of a status are looked at. */
const MOST = 100;

/** What may wait for the merchant, as far as the person may see it. */
export async function attention(signal: AbortSignal): Promise<Attention> {
  const payments = (status: string) =>
    call<Page<Payment>>(withQuery("/v1/payments", { status, limit: MOST }), { signal }).then(({ data }) => data);
  const endpoints = may("webhooks:read")
    ? call<{ data: Endpoint[] }>("/v1/endpoints", { signal }).then(({ data }) => data)
    : [];
  const [disputed, authorized, partly, all] = await Promise.all([
    payments("disputed"),
    payments("authorized"),
    payments("partially_captured"),
    endpoints,
  ]);
  return {
    disputed,
    authorized: [...authorized, ...partly].filter((payment) => !/^0*\.?0*$/.test(payment.available?.capture.value ?? "0")),
    endpoints: all.filter((endpoint) => endpoint.status !== "active"),
  };
}
