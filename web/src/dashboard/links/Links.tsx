import { useState } from "preact/hooks";

import { Amount } from "../../common/components/Amount";
import { Button } from "../../common/components/Button";
import { CopyButton } from "../../common/components/CopyButton";
import { Dialog } from "../../common/components/Dialog";
import { decimal } from "../../common/i18n";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { usePages } from "../hooks/usePages";
import { Badge } from "../parts/Badge";
import { FormDialog } from "../parts/Form";
import { More } from "../parts/More";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { may } from "../session/session";
import { NewLink } from "./NewLink";
import type { Link } from "./request";
import { words } from "./words";

export function Links() {
  const found = usePages<Link>("/v1/payment_links");
  const [asking, setAsking] = useState<"new" | { link: Link; what: "show" | "switch" } | null>(null);
  const close = () => setAsking(null);
  return (
    <View title={words("title")} actions={may("payments:write") && <Button onClick={() => setAsking("new")}>{words("create")}</Button>}>
      <p class="muted">{words("what")}</p>
      <Show of={found}>
        {(links) => (
          <>
            <Table
              caption={words("title")}
              rows={links}
              keyOf={(link) => link.id}
              empty={words("none")}
              columns={[
                {
                  name: words("link"),
                  cell: (link) => (
                    <a class="row-link" href={link.page_url} target="_blank" rel="noopener">
                      <strong>{link.title}</strong>
                      {link.description && <span class="hint">{link.description}</span>}
                    </a>
                  ),
                },
                { name: words("amount"), cell: (link) => <Asks link={link} /> },
                {
                  name: words("state"),
                  cell: (link) => <Badge tone={link.active ? "good" : "neutral"}>{words(link.active ? "on" : "off")}</Badge>,
                },
                {
                  name: words("actions"),
                  cell: (link) => (
                    <span class="row">
                      <CopyButton text={link.page_url} name={link.title} />
                      <button type="button" class="link" onClick={() => setAsking({ link, what: "show" })}>
                        {words("qr")}
                        <span class="visually-hidden"> {link.title}</span>
                      </button>
                      {may("payments:write") && (
                        <button type="button" class="link" onClick={() => setAsking({ link, what: "switch" })}>
                          {words(link.active ? "switch_off" : "switch_on")}
                          <span class="visually-hidden"> {link.title}</span>
                        </button>
                      )}
                    </span>
                  ),
                },
              ]}
            />
            <More more={found.more} />
          </>
        )}
      </Show>
      {asking === "new" && <NewLink onDone={found.reload} onClose={close} />}
      {asking !== null && asking !== "new" && asking.what === "show" && <Code link={asking.link} onClose={close} />}
      {asking !== null && asking !== "new" && asking.what === "switch" && (
        <Switch link={asking.link} onDone={found.reload} onClose={close} />
      )}
    </View>
  );
}

function Asks({ link }: { link: Link }) {
  const unit = link.currency ?? link.tokens.join(", ");
  const { amount, min_amount: least, max_amount: most } = link;
  if (amount) {
    return <Amount value={amount} symbol={unit} />;
  }
  return (
    <span>
      {words("customer_chooses", { unit })}
      {(least || most) && <span class="hint"> {`${decimal(least ?? "0")} – ${most ? decimal(most) : "∞"}`}</span>}
    </span>
  );
}

function Code({ link, onClose }: { link: Link; onClose: () => void }) {
  return (
    <Dialog title={link.title} onClose={onClose}>
      <img class="qr" src={`/links/${link.id}/qr.svg`} alt={words("qr_of", { title: link.title })} width={256} height={256} />
      <p class="secret">
        <a href={link.page_url} target="_blank" rel="noopener">
          {link.page_url}
        </a>{" "}
        <CopyButton text={link.page_url} name={link.title} />
      </p>
    </Dialog>
  );
}

function Switch({ link, onDone, onClose }: { link: Link; onDone: () => void; onClose: () => void }) {
  const name = link.active ? "switch_off" : "switch_on";
  const change = useAction(async () => {
    await call(`/v1/payment_links/${link.id}`, { method: "PATCH", body: { active: !link.active } });
    onDone();
  });
  return (
    <FormDialog title={link.title} submit={words(name)} danger={link.active} action={change} onClose={onClose}>
      <p>{words(`${name}_what`)}</p>
    </FormDialog>
  );
}
