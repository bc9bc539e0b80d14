import { useState } from "preact/hooks";

import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { dateTime } from "../../common/i18n";
import type { Endpoint } from "../api/types";
import { usePages } from "../hooks/usePages";
import { Badge } from "../parts/Badge";
import { More } from "../parts/More";
import { Choice } from "../parts/Choice";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { DeliveryDialog } from "./DeliveryDialog";
import { words } from "./words";

export interface Delivery {
  id: string;
  event: string;
  type: string;
  sequence: number;
  status: "pending" | "delivered" | "failed";
  attempts: number;
  created_at: string;
  delivered_at?: string | null;
  next_attempt_at?: string | null;
  response_status?: number | null;
  error?: string | null;
}

const TONES = { pending: "warning", delivered: "good", failed: "bad" } as const;
const STATUSES = ["all", "pending", "delivered", "failed"] as const;

export function DeliveryBadge({ status }: { status: Delivery["status"] }) {
  return <Badge tone={TONES[status]}>{words(`delivery_${status}`)}</Badge>;
}

/** What an endpoint was told, the newest first. */
export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const [status, setStatus] = useState<(typeof STATUSES)[number]>("all");
  const found = usePages<Delivery>(`/v1/endpoints/${endpoint.id}/deliveries`, {
    status: status === "all" ? null : status,
  });
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Card title={words("deliveries")}>
      <div class="row">
        <Choice
          label={words("status")}
          value={status}
          options={STATUSES.map((value) => ({ value, name: words(`delivery_${value}`) }))}
          onChange={setStatus}
        />
        <Button kind="quiet" onClick={found.reload}>
          {words("look_again")}
        </Button>
      </div>
      <Show of={found}>
        {(deliveries) => (
          <>
            <Table
              caption={words("deliveries")}
              rows={deliveries}
              keyOf={(delivery) => delivery.id}
              columns={[
                {
                  name: words("event"),
                  cell: (delivery) => (
                    <button type="button" class="link" onClick={() => setOpened(delivery.id)}>
                      {delivery.type} <span class="hint">#{delivery.sequence}</span>
                    </button>
                  ),
                },
                { name: words("status"), cell: (delivery) => <DeliveryBadge status={delivery.status} /> },
                { name: words("answer"), cell: (delivery) => delivery.response_status ?? delivery.error ?? "–" },
                { name: words("attempts"), numeric: true, cell: (delivery) => delivery.attempts },
                { name: words("time"), cell: (delivery) => dateTime(delivery.created_at) },
              ]}
            />
            <More more={found.more} />
          </>
        )}
      </Show>
      {opened && <DeliveryDialog id={opened} onRedelivered={found.reload} onClose={() => setOpened(null)} />}
    </Card>
  );
}
