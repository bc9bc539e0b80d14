import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Dialog } from "../../common/components/Dialog";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { Facts } from "../parts/Facts";
import { Json } from "../parts/Json";
import { Failure, Show } from "../parts/Show";
import { may } from "../session/session";
import { DeliveryBadge, type Delivery } from "./Deliveries";
import { words } from "./words";

interface Attempt {
  at: string;
  attempt: number;
  duration_ms: number;
  error?: string | null;
  request_headers: Record<string, string>;
  response_body?: string | null;
  response_status?: number | null;
}

interface Details extends Delivery {
  request_body: unknown;
  attempts_made: Attempt[];
}

interface Props {
  id: string;
  onRedelivered: () => void;
  onClose: () => void;
}

/** One delivery: what was sent, what came back each time, and sending it again. */
export function DeliveryDialog({ id, onRedelivered, onClose }: Props) {
  const path = `/v1/deliveries/${id}`;
  const found = useLoaded((signal) => call<Details>(path, { signal }), [path]);
  const again = useAction(async () => {
    await call(`${path}/redeliver`, { method: "POST" });
    found.reload();
    onRedelivered();
  });
  return (
    <Dialog title={words("delivery")} onClose={onClose}>
      <Show of={found}>
        {(delivery) => (
          <>
            <div class="row">
              <strong>{delivery.type}</strong>
              <DeliveryBadge status={delivery.status} />
            </div>
            {delivery.next_attempt_at && delivery.status === "pending" && (
              <Alert>{words("next_attempt", { time: dateTime(delivery.next_attempt_at) })}</Alert>
            )}
            {delivery.attempts_made.map((attempt) => (
              <AttemptMade key={attempt.at} attempt={attempt} />
            ))}
            <Json title={words("request_body")} value={delivery.request_body} />
            <Failure error={again.error} />
            {may("webhooks:write") && (
              <div class="dialog-buttons">
                <Button busy={again.busy} onClick={() => void again.run()}>
                  {words("redeliver")}
                </Button>
              </div>
            )}
          </>
        )}
      </Show>
    </Dialog>
  );
}

function AttemptMade({ attempt }: { attempt: Attempt }) {
  return (
    <details class="attempt">
      <summary>
        {words("attempt", { number: attempt.attempt })} · {dateTime(attempt.at)} ·{" "}
        {attempt.response_status ?? attempt.error ?? "–"}
      </summary>
      <Facts
        facts={[
          ...Object.entries(attempt.request_headers),
          [words("duration"), words("milliseconds", { time: attempt.duration_ms })] as const,
          [words("error"), attempt.error] as const,
        ]}
      />
      {attempt.response_body && <Json title={words("response_body")} value={attempt.response_body} />}
    </details>
  );
}
