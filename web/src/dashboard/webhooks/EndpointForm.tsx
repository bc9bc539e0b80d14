import { useState } from "preact/hooks";

import { ApiProblem } from "../../common/api";
import { Field } from "../../common/components/Field";
import { sentence } from "../../common/words";
import { call } from "../api/client";
import type { Endpoint } from "../api/types";
import { useAction } from "../hooks/useAction";
import { FormDialog } from "../parts/Form";
import { words } from "./words";

interface Props {
  /** The one that is changed; without, one is added. */
  endpoint?: Endpoint;
  onDone: (endpoint: Endpoint) => void;
  onClose: () => void;
}

/** An endpoint's address and what it is told. Of which events there are, the API is asked by trying. */
export function EndpointForm({ endpoint, onDone, onClose }: Props) {
  const [url, setUrl] = useState(endpoint?.url ?? "https://");
  const [description, setDescription] = useState(endpoint?.description ?? "");
  const [types, setTypes] = useState(endpoint?.types?.join(", ") ?? "");
  const save = useAction(async () => {
    const named = types.split(/[\s,]+/).filter(Boolean);
    const body = { url: url.trim(), description: description.trim() || null, types: named.length > 0 ? named : null };
    const request = endpoint ? ({ method: "PATCH", body } as const) : ({ method: "POST", body } as const);
    onDone(await call<Endpoint>(endpoint ? `/v1/endpoints/${endpoint.id}` : "/v1/endpoints", request));
  });
  const fault = (field: string) => faultOf(save.error, field);
  return (
    <FormDialog
      title={words(endpoint ? "change" : "add")}
      submit={words(endpoint ? "save" : "add")}
      action={save}
      incomplete={!URL.canParse(url.trim())}
      onClose={onClose}
    >
      <Field type="url" label={words("url")} hint={words("url_hint")} value={url} onInput={setUrl} error={fault("url")} />
      <Field label={words("description")} value={description} maxLength={200} onInput={setDescription} error={fault("description")} />
      <Field
        label={words("events")}
        hint={words("events_hint")}
        placeholder="payment.captured, payment.refunded"
        value={types}
        onInput={setTypes}
        error={fault("types")}
      />
    </FormDialog>
  );
}

function faultOf(error: unknown, field: string): string | undefined {
  const fault = error instanceof ApiProblem ? error.body.errors?.find((one) => one.field === field) : undefined;
  return fault && sentence(fault.detail);
}
