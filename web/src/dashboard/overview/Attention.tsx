import type { ComponentChildren } from "preact";

import { Amount } from "../../common/components/Amount";
import { Card } from "../../common/components/Card";
import { dateTime, duration } from "../../common/i18n";
import type { Payment } from "../api/types";
import { useLoaded } from "../hooks/useLoaded";
import { Badge } from "../parts/Badge";
import { nameOf } from "../parts/naming";
import { Show } from "../parts/Show";
import type { Tone } from "../words";
import { attention } from "./load";
import { expiring } from "./numbers";
import { words } from "./words";

/** What is not captured within this time is worth a word, in milliseconds. */
const SOON = 24 * 3_600_000;
/** How many of a kind are listed. */
const LISTED = 5;

export function Attention() {
  const found = useLoaded(attention, []);
  return (
    <Card title={words("attention")}>
      <Show of={found}>
        {({ disputed, authorized, endpoints }) => {
          const soon = expiring(authorized, Date.now(), SOON);
          if (disputed.length + soon.length + endpoints.length === 0) {
            return <p class="muted">{words("attention_none", { count: authorized.length })}</p>;
          }
          return (
            <ul class="attention">
              {disputed.slice(0, LISTED).map((payment) => (
                <Entry key={payment.id} tone="bad" kind={words("disputed")} href={`/dashboard/payments/${payment.id}`}>
                  <Name payment={payment} />
                  {payment.dispute_expires_at && words("decided_until", { time: dateTime(payment.dispute_expires_at) })}
                </Entry>
              ))}
              {soon.slice(0, LISTED).map((payment) => (
                <Entry key={payment.id} tone="warning" kind={words("to_capture")} href={`/dashboard/payments/${payment.id}`}>
                  <Name payment={payment} />
                  {words("expires_in", { time: left(payment) })}
                </Entry>
              ))}
              {endpoints.map((endpoint) => (
                <Entry
                  key={endpoint.id}
                  tone={endpoint.status === "paused" ? "bad" : "warning"}
                  kind={words(endpoint.status === "paused" ? "endpoint_paused" : "endpoint_failing")}
                  href={`/dashboard/webhooks/${endpoint.id}`}
                >
                  <span class="breakable">{endpoint.url}</span>
                </Entry>
              ))}
              {soon.length > LISTED && (
                <li>
                  <a href="/dashboard/payments?status=authorized">{words("more_to_capture", { count: soon.length })}</a>
                </li>
              )}
            </ul>
          );
        }}
      </Show>
    </Card>
  );
}

interface EntryProps {
  tone: Tone;
  kind: string;
  href: string;
  children: ComponentChildren;
}

function Entry({ tone, kind, href, children }: EntryProps) {
  return (
    <li>
      <a class="attention-link" href={href}>
        <Badge tone={tone}>{kind}</Badge>
        <span class="attention-what">{children}</span>
      </a>
    </li>
  );
}

function Name({ payment }: { payment: Payment }) {
  return (
    <>
      <strong>{nameOf(payment)}</strong>
      <Amount value={payment.amount.value} symbol={payment.symbol} />
    </>
  );
}

/** To the minute: the view stands still. */
function left(payment: Payment): string {
  const minutes = Math.ceil((Date.parse(payment.authorization_expires_at) - Date.now()) / 60_000);
  return duration(minutes * 60);
}
