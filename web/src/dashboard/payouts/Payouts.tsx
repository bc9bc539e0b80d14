import { useEffect, useState } from "preact/hooks";

import { Address, shorten } from "../../common/components/Address";
import { Amount } from "../../common/components/Amount";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { dateTime } from "../../common/i18n";
import { loadNetwork } from "../../common/network";
import { call, withQuery } from "../api/client";
import type { Balance, Balances, Page } from "../api/types";
import { isZero, trimmed } from "../decimals";
import { useLoaded } from "../hooks/useLoaded";
import { addressHref, transactionHref } from "../parts/explorer";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { lastDays } from "../period";
import { may } from "../session/session";
import { PayOut } from "./PayOut";
import { words } from "./words";

interface PayoutRow {
  time: string;
  signature: string;
  kind: string;
  payment?: string | null;
  symbol?: string | null;
  amount: string;
}

/** How far back payouts are listed, in days, and how many. */
const DAYS = 90;
const MOST = 1_000;

export function Payouts() {
  const held = useLoaded((signal) => call<Balances>("/v1/balances", { signal }), []);
  const made = useLoaded((signal) => {
    const path = withQuery("/v1/reports/payouts", { ...lastDays(DAYS, new Date()), limit: MOST });
    return call<Page<PayoutRow>>(path, { signal });
  }, []);
  const [paying, setPaying] = useState<Balance | null>(null);
  useEffect(() => void loadNetwork().catch(() => undefined), []);
  const reload = () => {
    held.reload();
    made.reload();
  };
  return (
    <View title={words("title")}>
      <Show of={held}>
        {({ data, payout_wallet }) => (
          <Card title={words("balances")}>
            <p>{words("what")}</p>
            <Table
              caption={words("balances")}
              rows={data}
              keyOf={(balance) => balance.mint}
              empty={words("no_token")}
              columns={[
                { name: words("token"), cell: (balance) => <strong>{balance.symbol ?? shorten(balance.mint)}</strong> },
                { name: words("balance"), numeric: true, cell: (balance) => <Amount value={balance.balance.value} symbol={balance.symbol} /> },
                { name: words("escrow"), numeric: true, cell: (balance) => <Amount value={balance.escrow.value} symbol={balance.symbol} /> },
                {
                  name: words("actions"),
                  cell: (balance) =>
                    may("payments:operate") && (
                      <Button kind="secondary" disabled={isZero(balance.balance.value)} onClick={() => setPaying(balance)}>
                        {words("pay_out")}
                        <span class="visually-hidden"> {balance.symbol}</span>
                      </Button>
                    ),
                },
              ]}
            />
            {payout_wallet && (
              <p>
                {words("goes_to")} <Address value={payout_wallet} name={words("payout_wallet")} href={addressHref(payout_wallet)} />
              </p>
            )}
          </Card>
        )}
      </Show>
      <Card title={words("made", { days: DAYS })}>
        <Show of={made}>
          {({ data }) => (
            <Table
              caption={words("made", { days: DAYS })}
              rows={data.toReversed()}
              keyOf={(row) => `${row.signature} ${row.kind} ${row.payment}`}
              columns={[
                { name: words("time"), cell: (row) => dateTime(row.time) },
                {
                  name: words("kind"),
                  cell: (row) =>
                    row.payment ? <a href={`/dashboard/payments/${row.payment}`}>{words("of_payment")}</a> : words("of_balance"),
                },
                { name: words("amount"), numeric: true, cell: (row) => <Amount value={trimmed(row.amount)} symbol={row.symbol} /> },
                {
                  name: words("signature"),
                  cell: (row) => <Address value={row.signature} name={words("signature")} href={transactionHref(row.signature)} />,
                },
              ]}
            />
          )}
        </Show>
      </Card>
      {paying && <PayOut balance={paying} onDone={reload} onClose={() => setPaying(null)} />}
    </View>
  );
}
