import { useState } from "preact/hooks";

import { Address } from "../../common/components/Address";
import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Field } from "../../common/components/Field";
import { call } from "../api/client";
import type { Merchant } from "../api/types";
import { useAction } from "../hooks/useAction";
import { addressHref } from "../parts/explorer";
import { Facts } from "../parts/Facts";
import { Failure } from "../parts/Show";
import { View } from "../parts/View";
import { may, merchant } from "../session/session";
import { Members } from "./Members";
import { Stores } from "./Stores";
import { words } from "./words";

export function Settings() {
  const current = merchant.value;
  return (
    <View title={words("title")}>
      {current && <OfMerchant key={current.name} current={current} />}
      <Members />
      <Stores />
    </View>
  );
}

function OfMerchant({ current }: { current: Merchant }) {
  const [name, setName] = useState(current.name);
  const rename = useAction(async () => {
    merchant.value = await call<Merchant>("/v1/merchant", { method: "PATCH", body: { name: name.trim() } });
  });
  return (
    <Card title={words("merchant")}>
      {current.operated === false && <Alert kind="warning">{words("not_operated")}</Alert>}
      <Facts
        facts={[
          [words("id"), <Address value={current.id} name={words("id")} />],
          [words("address"), <Address value={current.address} name={words("address")} href={addressHref(current.address)} />],
        ]}
      />
      {may("account:write") && (
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault();
            void rename.run();
          }}
        >
          <Field label={words("name")} value={name} maxLength={100} onInput={setName} />
          <Button type="submit" kind="secondary" busy={rename.busy} disabled={name.trim() === "" || name.trim() === current.name}>
            {words("rename")}
          </Button>
        </form>
      )}
      <Failure error={rename.error} />
    </Card>
  );
}
