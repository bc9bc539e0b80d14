import { useEffect, useState } from "preact/hooks";

import { call, withQuery } from "../api/client";
import { follow } from "../api/events";
import type { MerchantEvent, Payment } from "../api/types";
import { useLoaded } from "../hooks/useLoaded";
import { may } from "../session/session";

/** How many events a timeline shows: a payment has a dozen or so. */
const MOST_EVENTS = 100;
/** How often it is looked while no stream tells of changes, in milliseconds. */
const LOOK_AGAIN = 15_000;

/** A payment and what happened to it, kept as new as the API knows. */
export function usePayment(id: string) {
  const payment = useLoaded((signal) => call<Payment>(`/v1/payments/${encodeURIComponent(id)}`, { signal }), [id]);
  const events = useLoaded(async (signal) => {
    if (!may("events:read")) {
      return [];
    }
    const path = withQuery("/v1/events", { payment: id, after: 0, limit: MOST_EVENTS });
    return (await call<{ data: MerchantEvent[] }>(path, { signal })).data;
  }, [id]);
  const [live, setLive] = useState(false);
  const reload = () => {
    payment.reload();
    events.reload();
  };

  useEffect(() => {
    const controller = new AbortController();
    let isFirst = true;
    const onEvent = () => {
      // The first event is the payment as it is, which has just been asked for.
      if (!isFirst) {
        reload();
      }
      isFirst = false;
    };
    void follow(`/v1/payments/${encodeURIComponent(id)}/stream`, controller.signal, onEvent, setLive);
    return () => controller.abort();
  }, [id]);

  useEffect(() => {
    // A stream too can die without a word, so it is looked besides, less often.
    const timer = setInterval(reload, live ? 4 * LOOK_AGAIN : LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [id, live]);

  return { payment, events, live, reload };
}
