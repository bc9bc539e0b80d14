import { useState } from "preact/hooks";

import { Button } from "../../common/components/Button";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import type { Endpoint } from "../api/types";
import { useLoaded } from "../hooks/useLoaded";
import { SecretDialog } from "../parts/Secret";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { may } from "../session/session";
import { EndpointBadge } from "./EndpointBadge";
import { EndpointForm } from "./EndpointForm";
import { words } from "./words";

export function Webhooks() {
  const found = useLoaded((signal) => call<{ data: Endpoint[] }>("/v1/endpoints", { signal }), []);
  const [adding, setAdding] = useState(false);
  const [created, setCreated] = useState<Endpoint | null>(null);
  return (
    <View title={words("title")} actions={may("webhooks:write") && <Button onClick={() => setAdding(true)}>{words("add")}</Button>}>
      <p class="muted">{words("what")}</p>
      <Show of={found}>
        {({ data }) => (
          <Table
            caption={words("title")}
            rows={data}
            keyOf={(endpoint) => endpoint.id}
            empty={words("none")}
            columns={[
              {
                name: words("url"),
                cell: (endpoint) => (
                  <a class="row-link" href={`/dashboard/webhooks/${endpoint.id}`}>
                    <strong>{endpoint.url}</strong>
                    {endpoint.description && <span class="hint">{endpoint.description}</span>}
                  </a>
                ),
              },
              { name: words("status"), cell: (endpoint) => <EndpointBadge endpoint={endpoint} /> },
              { name: words("events"), cell: (endpoint) => endpoint.types?.join(", ") ?? words("all_events") },
              { name: words("created"), cell: (endpoint) => dateTime(endpoint.created_at) },
            ]}
          />
        )}
      </Show>
      {adding && (
        <EndpointForm
          onClose={() => setAdding(false)}
          onDone={(endpoint) => {
            setCreated(endpoint);
            found.reload();
          }}
        />
      )}
      {created?.secret && (
        <SecretDialog title={words("secret_title")} name={words("secret")} secret={created.secret} onClose={() => setCreated(null)} />
      )}
    </View>
  );
}
