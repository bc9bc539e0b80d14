import type { ComponentChildren } from "preact";

import type { PaymentStatus } from "../api/types";
import { statusWord, toneOf, type Tone } from "../words";

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

export function StatusBadge({ status }: { status: PaymentStatus }) {
  return <Badge tone={toneOf(status)}>{statusWord(status)}</Badge>;
}
