import { useState } from "preact/hooks";

import { Field } from "../../common/components/Field";
import { call } from "../api/client";
import { SCOPES, type Scope } from "../api/types";
import { useAction } from "../hooks/useAction";
import { Choice } from "../parts/Choice";
import { FormDialog } from "../parts/Form";
import { Select } from "../parts/Select";
import { may } from "../session/session";
import type { ApiKey } from "./state";
import { words } from "./words";

/** In days; nothing for a key that does not end. */
const LIVES = ["", "30", "90", "365"] as const;
const DAY = 86_400;

/** Makes a key, with no more rights than the person has. */
export function NewKey({ onDone, onClose }: { onDone: (key: ApiKey) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [rights, setRights] = useState<"all" | "some">("some");
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(["payments:read", "payments:write"]));
  const [days, setDays] = useState<(typeof LIVES)[number]>("");
  const create = useAction(async () => {
    const body = {
      name: name.trim(),
      ...(rights === "some" && { scopes: SCOPES.filter((scope) => scopes.has(scope)) }),
      ...(days !== "" && { expires_in: Number(days) * DAY }),
    };
    onDone(await call<ApiKey>("/v1/api-keys", { method: "POST", body }));
  });
  const toggle = (scope: Scope) =>
    setScopes((now) => new Set(SCOPES.filter((one) => now.has(one) !== (one === scope))));
  return (
    <FormDialog
      title={words("create")}
      submit={words("create")}
      action={create}
      incomplete={name.trim() === "" || (rights === "some" && scopes.size === 0)}
      onClose={onClose}
    >
      <Field label={words("name")} hint={words("name_hint")} value={name} maxLength={100} onInput={setName} />
      <Choice
        label={words("scopes")}
        value={rights}
        options={[
          { value: "some", name: words("some_scopes") },
          { value: "all", name: words("everything") },
        ]}
        onChange={setRights}
      />
      {rights === "some" && (
        <fieldset class="choices">
          <legend>{words("scopes")}</legend>
          <div class="checks">
            {SCOPES.filter(may).map((scope) => (
              <label key={scope} class="check">
                <input type="checkbox" checked={scopes.has(scope)} onChange={() => toggle(scope)} />
                <code>{scope}</code>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <Select
        label={words("life")}
        value={days}
        options={LIVES.map((value) => ({ value, name: value === "" ? words("no_end") : words("days", { count: Number(value) }) }))}
        onChange={setDays}
      />
    </FormDialog>
  );
}
