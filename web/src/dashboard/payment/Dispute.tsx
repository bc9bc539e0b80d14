import { useId, useState } from "preact/hooks";

import { Address } from "../../common/components/Address";
import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { dateTime } from "../../common/i18n";
import { call } from "../api/client";
import type { Payment } from "../api/types";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { useOrder } from "../hooks/useOrder";
import { FormDialog } from "../parts/Form";
import { Facts } from "../parts/Facts";
import { Show } from "../parts/Show";
import { may } from "../session/session";
import { words } from "./words";

interface Evidence {
  id: string;
  author: string;
  created_at: string;
  text: string;
  sha256: string;
  files: { name: string; url: string; sha256: string }[];
}

interface DisputeAnswer {
  status: "none" | "open" | "ended";
  since?: string | null;
  expires_at?: string | null;
  arbiter?: string | null;
  evidence: Evidence[];
}

/** A dispute, what has been said in it, and the merchant's word. */
export function Dispute({ payment }: { payment: Payment }) {
  const path = `/v1/payments/${payment.id}/dispute`;
  const found = useLoaded((signal) => call<DisputeAnswer>(path, { signal }), [path, payment.status]);
  const [answering, setAnswering] = useState(false);
  return (
    <Card title={words("dispute")}>
      <Show of={found}>
        {(dispute) => (
          <>
            {dispute.status === "open" && (
              <Alert kind="warning">
                {words("dispute_open", { time: dispute.expires_at ? dateTime(dispute.expires_at) : "–" })}
              </Alert>
            )}
            <p>{words(`dispute_${dispute.status}_what`)}</p>
            <Facts
              facts={[
                [words("dispute_since"), dispute.since && dateTime(dispute.since)],
                [words("arbiter"), dispute.arbiter && <Address value={dispute.arbiter} name={words("arbiter")} />],
              ]}
            />
            {dispute.evidence.length > 0 && (
              <ul class="evidence">
                {dispute.evidence.map((one) => (
                  <li key={one.id}>
                    <p class="pre">{one.text}</p>
                    {one.files.map((file) => (
                      <p key={file.sha256}>
                        <a href={file.url} target="_blank" rel="noopener noreferrer">
                          {file.name}
                        </a>
                      </p>
                    ))}
                    <p class="hint">
                      {dateTime(one.created_at)} · {words("evidence_hash", { hash: one.sha256 })}
                    </p>
                  </li>
                ))}
              </ul>
            )}
            {dispute.status === "open" && may("payments:operate") && (
              <div class="row">
                <Button kind="secondary" onClick={() => setAnswering(true)}>
                  {words("evidence_add")}
                </Button>
              </div>
            )}
          </>
        )}
      </Show>
      {answering && <Answer path={`${path}/evidence`} onDone={found.reload} onClose={() => setAnswering(false)} />}
    </Card>
  );
}

function Answer({ path, onDone, onClose }: { path: string; onDone: () => void; onClose: () => void }) {
  const order = useOrder();
  const id = useId();
  const [text, setText] = useState("");
  const send = useAction(async () => {
    await order(path, { text: text.trim() });
    onDone();
  });
  return (
    <FormDialog
      title={words("evidence_add")}
      submit={words("evidence_send")}
      action={send}
      incomplete={text.trim() === ""}
      onClose={onClose}
    >
      <div class="field">
        <label for={id}>{words("evidence_text")}</label>
        <div class="field-box">
          <textarea id={id} rows={6} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <p class="hint">{words("evidence_hint")}</p>
      </div>
    </FormDialog>
  );
}
