import { useState } from "preact/hooks";

import { ApiProblem } from "../../common/api";
import { Field } from "../../common/components/Field";
import { sentence } from "../../common/words";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { useOrder } from "../hooks/useOrder";
import { balances } from "../overview/load";
import { Choice } from "../parts/Choice";
import { FormDialog } from "../parts/Form";
import { Select } from "../parts/Select";
import { requestOf, type Draft } from "./request";
import { words } from "./words";

const EMPTY: Draft = {
  ...{ title: "", description: "", token: "", chooses: false, amount: "" },
  ...{ least: "", most: "", suggested: "", immediate: true, redirect: "" },
};

export function NewLink({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const order = useOrder();
  const tokens = useLoaded(balances, []);
  const [draft, setDraft] = useState(EMPTY);
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const names = (tokens.data ?? []).map((token) => ({ value: token.symbol ?? token.mint, name: token.symbol ?? token.mint }));
  const token = draft.token || (names[0]?.value ?? "");
  const create = useAction(async () => {
    await order("/v1/payment_links", requestOf({ ...draft, token }));
    onDone();
  });
  const fault = (field: string) => {
    const errors = create.error instanceof ApiProblem ? create.error.body.errors : undefined;
    const found = errors?.find((one) => one.field.startsWith(field));
    return found && sentence(found.detail);
  };
  const isIncomplete = draft.title.trim() === "" || token === "" || (!draft.chooses && draft.amount.trim() === "");
  return (
    <FormDialog title={words("create")} submit={words("create")} action={create} incomplete={isIncomplete} onClose={onClose}>
      <Field label={words("link_title")} value={draft.title} maxLength={100} onInput={(title) => set({ title })} error={fault("title")} />
      <Field label={words("description")} value={draft.description} maxLength={500} onInput={(description) => set({ description })} />
      <Select label={words("token")} value={token} options={names} onChange={(token) => set({ token })} />
      <Choice
        label={words("amount")}
        value={draft.chooses ? "chosen" : "fixed"}
        options={[
          { value: "fixed", name: words("fixed") },
          { value: "chosen", name: words("chosen") },
        ]}
        onChange={(value) => set({ chooses: value === "chosen" })}
      />
      {draft.chooses ? (
        <>
          <div class="two">
            <Field label={words("least")} inputMode="decimal" value={draft.least} onInput={(least) => set({ least })} error={fault("min_amount")} />
            <Field label={words("most")} inputMode="decimal" value={draft.most} onInput={(most) => set({ most })} error={fault("max_amount")} />
          </div>
          <Field
            label={words("suggested")}
            hint={words("suggested_hint")}
            value={draft.suggested}
            onInput={(suggested) => set({ suggested })}
            error={fault("suggested_amounts")}
          />
        </>
      ) : (
        <Field label={words("amount")} inputMode="decimal" value={draft.amount} suffix={token} onInput={(amount) => set({ amount })} error={fault("amount")} />
      )}
      <label class="check">
        <input type="checkbox" checked={draft.immediate} onChange={(event) => set({ immediate: event.currentTarget.checked })} />
        {words("immediate")}
      </label>
      <Field
        type="url"
        label={words("redirect")}
        placeholder="https://"
        value={draft.redirect}
        onInput={(redirect) => set({ redirect })}
        error={fault("redirect_url")}
      />
    </FormDialog>
  );
}
