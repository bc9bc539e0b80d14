import { useState } from "preact/hooks";

import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Field } from "../../common/components/Field";
import { date } from "../../common/i18n";
import { useAction } from "../hooks/useAction";
import { useOrder } from "../hooks/useOrder";
import { usePages } from "../hooks/usePages";
import { Badge } from "../parts/Badge";
import { FormDialog } from "../parts/Form";
import { More } from "../parts/More";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { may } from "../session/session";
import { words } from "./words";

interface Store {
  id: string;
  name: string;
  is_default: boolean;
  created_at: string;
  archived_at?: string | null;
}

/** The merchant's shops. */
export function Stores() {
  const found = usePages<Store>("/v1/stores");
  const [adding, setAdding] = useState(false);
  return (
    <Card title={words("stores")}>
      <Show of={found}>
        {(stores) => (
          <>
            <Table
              caption={words("stores")}
              rows={stores}
              keyOf={(store) => store.id}
              columns={[
                {
                  name: words("store"),
                  cell: (store) => (
                    <span class="row-link">
                      <strong>{store.name}</strong>
                      <code class="hint">{store.id}</code>
                    </span>
                  ),
                },
                {
                  name: words("state"),
                  cell: (store) => (
                    <span class="row">
                      <Badge tone={store.archived_at ? "neutral" : "good"}>{words(store.archived_at ? "archived" : "open")}</Badge>
                      {store.is_default && <span class="hint">{words("default")}</span>}
                    </span>
                  ),
                },
                { name: words("since"), cell: (store) => date(store.created_at) },
              ]}
            />
            <More more={found.more} />
          </>
        )}
      </Show>
      {may("account:write") && (
        <div class="row">
          <Button kind="secondary" onClick={() => setAdding(true)}>
            {words("add_store")}
          </Button>
        </div>
      )}
      {adding && <NewStore onDone={found.reload} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function NewStore({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const order = useOrder();
  const [name, setName] = useState("");
  const create = useAction(async () => {
    await order("/v1/stores", { name: name.trim() });
    onDone();
  });
  return (
    <FormDialog title={words("add_store")} submit={words("add_store")} action={create} incomplete={name.trim() === ""} onClose={onClose}>
      <Field label={words("name")} value={name} maxLength={100} onInput={setName} />
    </FormDialog>
  );
}
