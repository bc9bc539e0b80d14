import { useState } from "preact/hooks";

import { Button } from "../../common/components/Button";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { usePages } from "../hooks/usePages";
import { Badge } from "../parts/Badge";
import { FormDialog } from "../parts/Form";
import { More } from "../parts/More";
import { SecretDialog } from "../parts/Secret";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { may } from "../session/session";
import { NewKey } from "./NewKey";
import { stateOf, type ApiKey } from "./state";
import { words } from "./words";

/** How long the old key goes on after a rotation, in seconds. */
const OVERLAP = 24 * 3_600;
const TONES = { active: "good", rotated: "warning", expired: "neutral", revoked: "neutral" } as const;

export function Keys() {
  const found = usePages<ApiKey>("/v1/api-keys");
  const [asking, setAsking] = useState<"new" | { rotate: ApiKey } | { revoke: ApiKey } | null>(null);
  const [made, setMade] = useState<ApiKey | null>(null);
  const close = () => setAsking(null);
  const show = (key: ApiKey) => {
    setMade(key);
    found.reload();
  };
  return (
    <View title={words("title")} actions={may("account:write") && <Button onClick={() => setAsking("new")}>{words("create")}</Button>}>
      <p class="muted">{words("what")}</p>
      <Show of={found}>
        {(keys) => (
          <>
            <Table
              caption={words("title")}
              rows={keys}
              keyOf={(key) => key.id}
              empty={words("none")}
              columns={[
                {
                  name: words("name"),
                  cell: (key) => (
                    <span class="row-link">
                      <strong>{key.name}</strong>
                      <code class="hint">{key.prefix}…</code>
                    </span>
                  ),
                },
                { name: words("state"), cell: (key) => <State apiKey={key} /> },
                { name: words("scopes"), cell: (key) => key.scopes?.join(", ") ?? words("everything") },
                { name: words("last_used"), cell: (key) => (key.last_used_at ? dateTime(key.last_used_at) : words("never")) },
                {
                  name: words("actions"),
                  cell: (key) =>
                    may("account:write") &&
                    stateOf(key, Date.now()) === "active" && (
                      <span class="row">
                        <button type="button" class="link" onClick={() => setAsking({ rotate: key })}>
                          {words("rotate")}
                          <span class="visually-hidden"> {key.name}</span>
                        </button>
                        <button type="button" class="link danger" onClick={() => setAsking({ revoke: key })}>
                          {words("revoke")}
                          <span class="visually-hidden"> {key.name}</span>
                        </button>
                      </span>
                    ),
                },
              ]}
            />
            <More more={found.more} />
          </>
        )}
      </Show>
      {asking === "new" && <NewKey onDone={show} onClose={close} />}
      {asking !== null && typeof asking === "object" && "rotate" in asking && (
        <Rotate apiKey={asking.rotate} onDone={show} onClose={close} />
      )}
      {asking !== null && typeof asking === "object" && "revoke" in asking && (
        <Revoke apiKey={asking.revoke} onDone={found.reload} onClose={close} />
      )}
      {made?.secret && <SecretDialog title={made.name} name={words("key")} secret={made.secret} onClose={() => setMade(null)} />}
    </View>
  );
}

function State({ apiKey }: { apiKey: ApiKey }) {
  const state = stateOf(apiKey, Date.now());
  return (
    <span class="row">
      <Badge tone={TONES[state]}>{words(`state_${state}`)}</Badge>
      {apiKey.expires_at && state !== "revoked" && (
        <span class="hint">{words("until", { time: dateTime(apiKey.expires_at) })}</span>
      )}
    </span>
  );
}

interface AskProps<D> {
  apiKey: ApiKey;
  onDone: (done: D) => void;
  onClose: () => void;
}

function Rotate({ apiKey, onDone, onClose }: AskProps<ApiKey>) {
  const rotate = useAction(async () => {
    const body = { overlap_seconds: OVERLAP };
    onDone(await call<ApiKey>(`/v1/api-keys/${apiKey.id}/rotate`, { method: "POST", body }));
  });
  return (
    <FormDialog title={words("rotate_title", { name: apiKey.name })} submit={words("rotate")} action={rotate} onClose={onClose}>
      <p>{words("rotate_what")}</p>
    </FormDialog>
  );
}

function Revoke({ apiKey, onDone, onClose }: AskProps<void>) {
  const revoke = useAction(async () => {
    await call(`/v1/api-keys/${apiKey.id}`, { method: "DELETE" });
    onDone();
  });
  return (
    <FormDialog title={words("revoke_title", { name: apiKey.name })} submit={words("revoke")} danger action={revoke} onClose={onClose}>
      <p>{words("revoke_what")}</p>
    </FormDialog>
  );
}
