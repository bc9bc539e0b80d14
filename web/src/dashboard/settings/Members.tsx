import { useState } from "preact/hooks";

import { Address } from "../../common/components/Address";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Field } from "../../common/components/Field";
import { date } from "../../common/i18n";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { useLoaded } from "../hooks/useLoaded";
import { FormDialog } from "../parts/Form";
import { Select } from "../parts/Select";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { may, session } from "../session/session";
import { words as common } from "../words";
import { words } from "./words";

const ROLES = ["owner", "admin", "developer", "support", "viewer"] as const;
type Role = (typeof ROLES)[number];

interface Member {
  wallet: string;
  role: Role;
  created_at: string;
}

/** The people of the merchant. What a person may not change, the API says. */
export function Members() {
  const found = useLoaded((signal) => call<{ data: Member[] }>("/v1/members", { signal }), []);
  const [asking, setAsking] = useState<"add" | { member: Member; what: "change" | "remove" } | null>(null);
  const close = () => setAsking(null);
  return (
    <Card title={words("members")}>
      <Show of={found}>
        {({ data }) => (
          <Table
            caption={words("members")}
            rows={data}
            keyOf={(member) => member.wallet}
            empty={words("no_members")}
            columns={[
              {
                name: words("wallet"),
                cell: (member) => (
                  <span class="row">
                    <Address value={member.wallet} name={words("wallet")} />
                    {member.wallet === session.value?.wallet && <span class="hint">{words("you")}</span>}
                  </span>
                ),
              },
              { name: words("role"), cell: (member) => common(`role_${member.role}`) },
              { name: words("since"), cell: (member) => date(member.created_at) },
              {
                name: words("actions"),
                cell: (member) =>
                  may("account:write") && (
                    <span class="row">
                      <button type="button" class="link" onClick={() => setAsking({ member, what: "change" })}>
                        {words("change_role")}
                      </button>
                      <button type="button" class="link danger" onClick={() => setAsking({ member, what: "remove" })}>
                        {words("remove")}
                      </button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Show>
      {may("account:write") && (
        <div class="row">
          <Button kind="secondary" onClick={() => setAsking("add")}>
            {words("add_member")}
          </Button>
        </div>
      )}
      {asking === "add" && <PutMember onDone={found.reload} onClose={close} />}
      {asking !== null && asking !== "add" && asking.what === "change" && (
        <PutMember member={asking.member} onDone={found.reload} onClose={close} />
      )}
      {asking !== null && asking !== "add" && asking.what === "remove" && (
        <RemoveMember member={asking.member} onDone={found.reload} onClose={close} />
      )}
    </Card>
  );
}

interface AskProps {
  onDone: () => void;
  onClose: () => void;
}

function PutMember({ member, onDone, onClose }: AskProps & { member?: Member }) {
  const [wallet, setWallet] = useState(member?.wallet ?? "");
  const [role, setRole] = useState<Role>(member?.role ?? "viewer");
  const put = useAction(async () => {
    await call(`/v1/members/${encodeURIComponent(wallet.trim())}`, { method: "PUT", body: { role } });
    onDone();
  });
  const title = words(member ? "change_role" : "add_member");
  return (
    <FormDialog title={title} submit={title} action={put} incomplete={wallet.trim() === ""} onClose={onClose}>
      <Field label={words("wallet")} value={wallet} readOnly={member !== undefined} onInput={setWallet} />
      <Select
        label={words("role")}
        value={role}
        options={ROLES.map((value) => ({ value, name: `${common(`role_${value}`)}: ${words(`may_${value}`)}` }))}
        onChange={setRole}
      />
    </FormDialog>
  );
}

function RemoveMember({ member, onDone, onClose }: AskProps & { member: Member }) {
  const remove = useAction(async () => {
    await call(`/v1/members/${encodeURIComponent(member.wallet)}`, { method: "DELETE" });
    onDone();
  });
  return (
    <FormDialog title={words("remove_title")} submit={words("remove")} danger action={remove} onClose={onClose}>
      <p>
        <Address value={member.wallet} name={words("wallet")} />
      </p>
      <p>{words("remove_what")}</p>
    </FormDialog>
  );
}
