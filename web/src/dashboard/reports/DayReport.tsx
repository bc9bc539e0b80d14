import { Card } from "../../common/components/Card";
import { decimal } from "../../common/i18n";
import { call, withQuery } from "../api/client";
import { sum, trimmed } from "../decimals";
import { useLoaded } from "../hooks/useLoaded";
import { Show } from "../parts/Show";
import { Table, type Column } from "../parts/Table";
import { localDay } from "./days";
import { Download } from "./Download";
import type { ReportProps } from "./Reports";
import { words } from "./words";

type Row = Record<string, string | number | null> & { day: string; store?: string | null };
type ColumnName = "captures" | "gross" | "fee" | "shared" | "net" | "refunds" | "refunded" | "charged" | "swept";

const COUNTS: readonly ColumnName[] = ["captures", "refunds"];
const COLUMNS: Record<"settlements" | "fees", readonly ColumnName[]> = {
  settlements: ["captures", "gross", "fee", "shared", "net", "refunds", "refunded"],
  fees: ["charged", "swept"],
};

/** Settlements or fees by day, and their sums. */
export function DayReport({ name, period, token }: ReportProps & { name: "settlements" | "fees" }) {
  const path = `/v1/reports/${name}`;
  const query = { ...period, token: token.mint };
  const found = useLoaded((signal) => call<{ data: Row[] }>(withQuery(path, query), { signal }), [path, query]);
  const text = (column: ColumnName, value: string) => decimal(COUNTS.includes(column) ? value : trimmed(value));
  const columns: Column<Row>[] = COLUMNS[name].map((column) => ({
    name: words(`column_${column}`),
    numeric: true,
    cell: (row) => text(column, String(row[column] ?? 0)),
  }));
  return (
    <Card title={words(name)}>
      <Show of={found}>
        {({ data }) => (
          <>
            <Table
              caption={words(name)}
              rows={data.toReversed()}
              keyOf={(row) => `${row.day} ${row.store}`}
              columns={[{ name: words("day"), cell: (row) => localDay(row.day) }, ...columns]}
            />
            {data.length > 0 && (
              <dl class="facts">
                {COLUMNS[name].map((column) => (
                  <div key={column} class="fact">
                    <dt>{words("sum_of", { what: words(`column_${column}`) })}</dt>
                    <dd>{text(column, sum(data.map((row) => String(row[column] ?? 0))))}</dd>
                  </div>
                ))}
              </dl>
            )}
          </>
        )}
      </Show>
      <Download path={path} query={query} name={`${name}-${period.from}`} />
    </Card>
  );
}
