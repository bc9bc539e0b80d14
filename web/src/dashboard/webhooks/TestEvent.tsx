import { useState } from "preact/hooks";

import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Dialog } from "../../common/components/Dialog";
import { Field } from "../../common/components/Field";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { Json } from "../parts/Json";
import { Failure } from "../parts/Show";
import { words } from "./words";

interface Answer {
  delivered: boolean;
  duration_ms: number;
  error?: string | null;
  request_body: unknown;
  response_body?: string | null;
  response_status?: number | null;
}

/** Sends an event that did not happen, and shows what the endpoint said. */
export function TestEvent({ path, onClose }: { path: string; onClose: () => void }) {
  const [type, setType] = useState("payment.captured");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const send = useAction(async () => {
    setAnswer(null);
    setAnswer(await call<Answer>(`${path}/test`, { method: "POST", body: { type: type.trim() } }));
  });
  return (
    <Dialog title={words("test")} onClose={onClose}>
      <p>{words("test_what")}</p>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void send.run();
        }}
      >
        <Field label={words("event")} value={type} onInput={setType} />
        <Button type="submit" busy={send.busy} disabled={type.trim() === ""}>
          {words("send")}
        </Button>
      </form>
      <Failure error={send.error} />
      {answer && (
        <>
          <Alert kind={answer.delivered ? "success" : "error"}>
            {answer.delivered
              ? words("test_taken", { status: String(answer.response_status ?? ""), time: answer.duration_ms })
              : words("test_refused", { error: answer.error ?? String(answer.response_status ?? "") })}
          </Alert>
          {answer.response_body && <Json title={words("response_body")} value={answer.response_body} />}
          <Json title={words("request_body")} value={answer.request_body} />
        </>
      )}
    </Dialog>
  );
}
