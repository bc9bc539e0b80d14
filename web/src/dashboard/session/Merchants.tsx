import { useEffect, useState } from "preact/hooks";

import { Address } from "../../common/components/Address";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Field } from "../../common/components/Field";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { Failure, Show } from "../parts/Show";
import { View } from "../parts/View";
import { words } from "../words";
import { bringIn, enter, loadMemberships, onlyOne, type Governed } from "./merchants";
import { Register } from "./Register";
import { isChoosing } from "./session";

/** For which merchant to act. Who is a member of one alone is not asked. */
export function Merchants() {
  const found = useLoaded(loadMemberships, []);
  const going = useAction(enter);
  const isAsked = isChoosing.value || (found.data?.governed.length ?? 0) > 0;
  const first = found.data && !isAsked ? onlyOne(found.data.data) : null;
  useEffect(() => {
    if (first) {
      void going.run(first);
    }
  }, [first]);
  return (
    <View title={words("merchants_title")}>
      <Show of={found}>
        {(memberships) => (
          <>
            <Failure error={going.error} />
            {memberships.data.length > 0 && (
              <Card title={words("merchants_yours")}>
                <ul class="wallet-list">
                  {memberships.data.map((one) => (
                    <li key={one.id}>
                      <Button kind="secondary" wide busy={going.busy} onClick={() => void going.run(one.id)}>
                        {one.name} <span class="muted">{words(`role_${one.role as "owner"}`)}</span>
                      </Button>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
            {memberships.governed.map((governed) => (
              <BringIn key={governed.address} governed={governed} />
            ))}
            <Register />
          </>
        )}
      </Show>
    </View>
  );
}

function BringIn({ governed: { address, name: known } }: { governed: Governed }) {
  const [name, setName] = useState(known ?? "");
  const bring = useAction(() => bringIn(address, name.trim()));
  return (
    <Card title={words("bring_in_title")}>
      <p>{words("bring_in_what")}</p>
      <Address value={address} name={words("merchant_account")} />
      {!known && <Field label={words("merchant_name")} value={name} onInput={setName} maxLength={100} />}
      <Button busy={bring.busy} disabled={name.trim() === ""} onClick={() => void bring.run()}>
        {known ? `${known}: ${words("bring_in")}` : words("bring_in")}
      </Button>
      <Failure error={bring.error} />
    </Card>
  );
}
