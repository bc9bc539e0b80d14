import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";

import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { CopyButton } from "../../common/components/CopyButton";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import type { Endpoint } from "../api/types";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { FormDialog } from "../parts/Form";
import { Facts } from "../parts/Facts";
import { SecretDialog } from "../parts/Secret";
import { Failure, Show } from "../parts/Show";
import { View } from "../parts/View";
import { may } from "../session/session";
import { Deliveries } from "./Deliveries";
import { EndpointBadge } from "./EndpointBadge";
import { EndpointForm } from "./EndpointForm";
import { TestEvent } from "./TestEvent";
import { words } from "./words";

/** How long the keys of before go on signing after a rotation, in seconds. */
const OVERLAP = 24 * 3_600;

export function EndpointView() {
  const { id = "" } = useRoute().params;
  const path = `/v1/endpoints/${encodeURIComponent(id)}`;
  const found = useLoaded((signal) => call<Endpoint>(path, { signal }), [path]);
  return (
    <View title={words("endpoint")}>
      <p>
        <a href="/dashboard/webhooks">{words("to_list")}</a>
      </p>
      <Show of={found}>
        {(endpoint) => (
          <>
            <Health endpoint={endpoint} path={path} reload={found.reload} />
            <Deliveries endpoint={endpoint} />
          </>
        )}
      </Show>
    </View>
  );
}

function Health({ endpoint, path, reload }: { endpoint: Endpoint; path: string; reload: () => void }) {
  return (
    <Card>
      <div class="state">
        <strong class="breakable">{endpoint.url}</strong>
        <EndpointBadge endpoint={endpoint} />
      </div>
      {endpoint.status !== "active" && <Alert kind="warning">{trouble(endpoint)}</Alert>}
      <Facts
        facts={[
          [words("description"), endpoint.description],
          [words("events"), endpoint.types?.join(", ") ?? words("all_events")],
          [words("created"), dateTime(endpoint.created_at)],
          [words("next_probe"), endpoint.next_probe_at && dateTime(endpoint.next_probe_at)],
          [words("previous_keys_until"), endpoint.previous_keys_until && dateTime(endpoint.previous_keys_until)],
          [
            words("public_key"),
            <span class="address">
              <code class="breakable">{endpoint.public_key}</code>
              <CopyButton text={endpoint.public_key} name={words("public_key")} />
            </span>,
          ],
        ]}
      />
      {may("webhooks:write") && <Control endpoint={endpoint} path={path} reload={reload} />}
    </Card>
  );
}

function trouble(endpoint: Endpoint): string {
  if (endpoint.status === "failing") {
    const since = endpoint.failing_since ? dateTime(endpoint.failing_since) : "–";
    return words("failing_what", { since, count: endpoint.failures });
  }
  const reason = endpoint.paused_reason ?? "requested";
  return words(`paused_${reason as "requested" | "failing" | "gone"}`);
}

type Asking = "change" | "rotate" | "delete" | "test";

function Control({ endpoint, path, reload }: { endpoint: Endpoint; path: string; reload: () => void }) {
  const { route } = useLocation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [rotated, setRotated] = useState<Endpoint | null>(null);
  const close = () => setAsking(null);
  const isPaused = endpoint.status === "paused";
  const toggle = useAction(async () => {
    await call(`${path}/${isPaused ? "resume" : "pause"}`, { method: "POST" });
    reload();
  });
  const rotate = useAction(async () => {
    const body = { overlap_seconds: OVERLAP };
    setRotated(await call<Endpoint>(`${path}/rotate-secret`, { method: "POST", body }));
    reload();
  });
  const remove = useAction(async () => {
    await call(path, { method: "DELETE" });
    route("/dashboard/webhooks");
  });
  return (
    <>
      <div class="row">
        <Button kind="secondary" onClick={() => setAsking("test")}>
          {words("test")}
        </Button>
        <Button kind="secondary" busy={toggle.busy} onClick={() => void toggle.run()}>
          {words(isPaused ? "resume" : "pause")}
        </Button>
        <Button kind="secondary" onClick={() => setAsking("change")}>
          {words("change")}
        </Button>
        <Button kind="secondary" onClick={() => setAsking("rotate")}>
          {words("rotate")}
        </Button>
        <Button kind="quiet" onClick={() => setAsking("delete")}>
          {words("delete")}
        </Button>
      </div>
      <Failure error={toggle.error} />
      {asking === "test" && <TestEvent path={path} onClose={close} />}
      {asking === "change" && <EndpointForm endpoint={endpoint} onDone={reload} onClose={close} />}
      {asking === "rotate" && (
        <FormDialog title={words("rotate_title")} submit={words("rotate")} action={rotate} onClose={close}>
          <p>{words("rotate_what")}</p>
        </FormDialog>
      )}
      {asking === "delete" && (
        <FormDialog title={words("delete_title")} submit={words("delete")} danger action={remove} onClose={close}>
          <p>{words("delete_what")}</p>
        </FormDialog>
      )}
      {rotated?.secret && (
        <SecretDialog title={words("secret_title")} name={words("secret")} secret={rotated.secret} onClose={() => setRotated(null)} />
      )}
    </>
  );
}
