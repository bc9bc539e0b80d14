import { useState } from "preact/hooks";

import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { dateTime, decimal } from "../../common/i18n";
import { call, withQuery } from "../api/client";
import { isZero, trimmed } from "../decimals";
import { useLoaded } from "../hooks/useLoaded";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { Download } from "./Download";
import type { ReportProps } from "./Reports";
import { balances, movedBy, PARTS, type Holding, type Line } from "./statement";
import { words } from "./words";

interface StatementPage {
  opening: Holding;
  closing: Holding;
  data: Line[];
  next_cursor?: string | null;
}

const PATH = "/v1/reports/ledger";
/** Lines a request, and how many lines are read here: beyond them there is the file. */
const PAGE = 1_000;
const MOST = 10_000;
/** How many lines are shown at first. */
const SHOWN = 50;

/** What the vaults held, every movement, and what they held then. */
export function Statement({ period, token }: ReportProps) {
  const query = { ...period, token: token.mint };
  const found = useLoaded((signal) => whole(withQuery(PATH, { ...query, limit: PAGE }), signal), [query]);
  const [all, setAll] = useState(false);
  return (
    <Card title={words("statement")}>
      <p class="muted">{words("statement_what")}</p>
      <Show of={found}>
        {({ opening, closing, data, next_cursor }) => (
          <>
            <Sums opening={opening} moved={movedBy(data)} closing={closing} />
            {next_cursor ? (
              <Alert>{words("statement_long", { count: data.length })}</Alert>
            ) : balances(opening, data, closing) ? (
              <Alert kind="success">{words("statement_balances", { count: data.length })}</Alert>
            ) : (
              <Alert kind="error">{words("statement_differs")}</Alert>
            )}
            <Table
              caption={words("movements")}
              rows={all ? data.toReversed() : data.toReversed().slice(0, SHOWN)}
              keyOf={(line) => `${line.signature} ${line.event} ${line.vault} ${line.payment}`}
              empty={words("no_movement")}
              columns={[
                { name: words("time"), cell: (line) => dateTime(line.time) },
                {
                  name: words("movement"),
                  cell: (line) => (
                    <span class="row-link">
                      {eventName(line.event)}
                      {line.payment && <a href={`/dashboard/payments/${line.payment}`}>{line.order_reference ?? line.payment}</a>}
                    </span>
                  ),
                },
                ...PARTS.map((part) => ({
                  name: words(`part_${part}`),
                  numeric: true,
                  cell: (line: Line) => (isZero(line[part]) ? "" : signed(line[part])),
                })),
              ]}
            />
            {!all && data.length > SHOWN && (
              <div class="more">
                <Button kind="secondary" onClick={() => setAll(true)}>
                  {words("show_all", { count: data.length })}
                </Button>
              </div>
            )}
          </>
        )}
      </Show>
      <Download path={PATH} query={query} name={`statement-${period.from}`} />
    </Card>
  );
}

function Sums({ opening, moved, closing }: { opening: Holding; moved: Holding; closing: Holding }) {
  const rows = [
    { name: words("opening"), ...opening },
    { name: words("moved"), ...moved },
    { name: words("closing"), ...closing },
  ];
  return (
    <Table
      caption={words("statement")}
      rows={rows}
      keyOf={(row) => row.name}
      columns={[
        { name: words("when"), cell: (row) => <strong>{row.name}</strong> },
        ...PARTS.map((part) => ({
          name: words(`part_${part}`),
          numeric: true,
          cell: (row: Holding) => decimal(trimmed(row[part])),
        })),
      ]}
    />
  );
}

/** All pages, as far as they are read here. */
async function whole(path: string, signal: AbortSignal): Promise<StatementPage> {
  const read = await call<StatementPage>(path, { signal });
  while (read.next_cursor && read.data.length < MOST) {
    const cursor = new URLSearchParams({ cursor: read.next_cursor });
    const next = await call<StatementPage>(`${path}&${cursor}`, { signal });
    read.data.push(...next.data);
    read.next_cursor = next.next_cursor ?? null;
  }
  return read;
}

function signed(value: string): string {
  const text = decimal(trimmed(value));
  return value.startsWith("-") ? text : `+${text}`;
}

/** What our words do not know yet is told by the program's name for it. */
function eventName(event: string): string {
  const key = `ledger_${event}` as "ledger_PaymentCaptured";
  const known = words(key);
  return known === key ? event : known;
}
