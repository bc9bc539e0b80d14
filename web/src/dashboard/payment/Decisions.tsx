import { useState } from "preact/hooks";

import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { Badge } from "../parts/Badge";
import { FormDialog } from "../parts/Form";
import { Failure } from "../parts/Show";
import { may } from "../session/session";
import { words } from "./words";

type Outcome = "allow" | "review" | "block";

interface DecisionsAnswer {
  data: {
    id: string;
    created_at: string;
    moment: string;
    outcome: Outcome;
    reasons: { rule: string; detail: string; outcome: Outcome }[];
  }[];
  review?: { state: string; decided_by?: string | null; note?: string | null } | null;
}

const TONES = { allow: "good", review: "warning", block: "bad" } as const;

/** What the merchant's rules said about a payment; nothing where they had nothing to say. */
export function Decisions({ id, onReviewed }: { id: string; onReviewed: () => void }) {
  const path = `/v1/payments/${id}`;
  const found = useLoaded(
    async (signal) => (may("rules:read") ? call<DecisionsAnswer>(`${path}/decisions`, { signal }) : null),
    [path],
  );
  const [rejecting, setRejecting] = useState(false);
  const review = useAction(async (verdict: "approve" | "reject") => {
    await call(`${path}/review`, { method: "POST", body: { verdict } });
    found.reload();
    onReviewed();
  });
  if (!found.data || found.data.data.length === 0) {
    return null;
  }
  const isWaiting = found.data.review?.state === "pending";
  return (
    <Card title={words("decisions")}>
      <ul class="stack plain">
        {found.data.data.map((decision) => (
          <li key={decision.id}>
            <Badge tone={TONES[decision.outcome]}>{words(`outcome_${decision.outcome}`)}</Badge>{" "}
            <span class="hint">{dateTime(decision.created_at)}</span>
            {decision.reasons.map((reason) => (
              <p key={reason.rule}>{reason.detail}</p>
            ))}
          </li>
        ))}
      </ul>
      {isWaiting && may("payments:operate") && (
        <div class="row">
          <Button busy={review.busy} onClick={() => void review.run("approve")}>
            {words("approve")}
          </Button>
          <Button kind="danger" busy={review.busy} onClick={() => setRejecting(true)}>
            {words("reject")}
          </Button>
        </div>
      )}
      {rejecting && (
        <FormDialog
          title={words("reject_title")}
          submit={words("reject")}
          danger
          action={{ ...review, run: () => review.run("reject") }}
          onClose={() => setRejecting(false)}
        >
          <p>{words("reject_what")}</p>
        </FormDialog>
      )}
      <Failure error={rejecting ? null : review.error} />
    </Card>
  );
}
