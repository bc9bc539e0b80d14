import { Address } from "../../common/components/Address";
import { Card } from "../../common/components/Card";
import { dateTime, decimal } from "../../common/i18n";
import type { TransactionKind } from "../api/types";
import { trimmed } from "../decimals";
import { usePages } from "../hooks/usePages";
import { transactionHref } from "../parts/explorer";
import { More } from "../parts/More";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { kindWord } from "../words";
import { Download } from "./Download";
import type { ReportProps } from "./Reports";
import { words } from "./words";

interface Row {
  time: string;
  signature: string;
  kind: TransactionKind | "transfer";
  transaction?: string | null;
  payment?: string | null;
  order_reference?: string | null;
  amount: string;
  fee: string;
  net: string;
}

/** Every operation of payments, and every plain transfer that named one, in the order of the chain. */
export function TransactionsReport({ period, token }: ReportProps) {
  const path = "/v1/reports/transactions";
  const query = { ...period, token: token.mint };
  const found = usePages<Row>(path, query);
  return (
    <Card title={words("transactions")}>
      <Show of={found}>
        {(rows) => (
          <>
            <Table
              caption={words("transactions")}
              rows={rows}
              keyOf={(row) => `${row.signature} ${row.kind} ${row.payment}`}
              columns={[
                { name: words("time"), cell: (row) => dateTime(row.time) },
                { name: words("kind"), cell: (row) => (row.kind === "transfer" ? words("kind_transfer") : kindWord(row.kind)) },
                {
                  name: words("payment"),
                  cell: (row) =>
                    row.payment ? <a href={`/dashboard/payments/${row.payment}`}>{row.order_reference ?? row.payment}</a> : "–",
                },
                { name: words("amount"), numeric: true, cell: (row) => decimal(trimmed(row.amount)) },
                { name: words("column_fee"), numeric: true, cell: (row) => decimal(trimmed(row.fee)) },
                { name: words("column_net"), numeric: true, cell: (row) => decimal(trimmed(row.net)) },
                {
                  name: words("signature"),
                  cell: (row) => <Address value={row.signature} name={words("signature")} href={transactionHref(row.signature)} />,
                },
              ]}
            />
            <More more={found.more} />
          </>
        )}
      </Show>
      <Download path={path} query={query} name={`transactions-${period.from}`} />
    </Card>
  );
}
