/** Which words tell what a campaign promises, and what has become of it. */

import type { Campaign, CampaignStatus, Receipt } from "./data";
import { progressOf } from "./progress";

export type TermsKey =
  | "terms_keep_all"
  | "terms_all_or_nothing"
  | "terms_reached"
  | "ended_succeeded"
  | "ended_missed"
  | "ended_cancelled_refund"
  | "ended_cancelled"
  | "ended_ended"
  | "ended_closed";

type Known = Pick<Campaign, "kind" | "status" | "raised" | "goal">;

export function termsOf({ kind, status, raised, goal }: Known): TermsKey {
  const decides = kind === "all_or_nothing";
  switch (status) {
    case "open": {
      const { reached } = progressOf(BigInt(raised.base_units), BigInt(goal.base_units));
      return !decides ? "terms_keep_all" : reached ? "terms_reached" : "terms_all_or_nothing";
    }
    case "cancelled":
      return decides ? "ended_cancelled_refund" : "ended_cancelled";
    case "succeeded":
      return "ended_succeeded";
    case "missed":
      return "ended_missed";
    case "ended":
      return "ended_ended";
    case "closed":
      return "ended_closed";
  }
}

/** Whether donors take their money back. */
export function givesBack({ kind, status }: Pick<Campaign, "kind" | "status">): boolean {
  return kind === "all_or_nothing" && (status === "missed" || status === "cancelled");
}

const KINDS = {
  open: "good",
  succeeded: "good",
  missed: "bad",
  cancelled: "bad",
  ended: "neutral",
  closed: "neutral",
} as const satisfies Record<CampaignStatus, string>;

/** How a status is to be taken. */
export function kindOf(status: CampaignStatus): "good" | "neutral" | "bad" {
  return KINDS[status];
}

/** What is said of what a wallet has given. */
export function receiptWords({ outcome }: Pick<Receipt, "outcome">, { kind, status }: Pick<Campaign, "kind" | "status">) {
  if (outcome === "refunded") {
    return "mine_refunded";
  }
  const reached = kind === "all_or_nothing" && status === "succeeded";
  return outcome === "settled" || reached ? "mine_settled" : "mine";
}
