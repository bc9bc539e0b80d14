import { useState } from "preact/hooks";

import { shorten } from "../../common/components/Address";
import { Field } from "../../common/components/Field";
import type { Balance } from "../api/types";
import { useLoaded } from "../hooks/useLoaded";
import { balances } from "../overview/load";
import { Select } from "../parts/Select";
import { Show } from "../parts/Show";
import { View } from "../parts/View";
import { between, day, type Period } from "../period";
import { chosenMint, tokenOf } from "../token";
import { Chart } from "./Chart";
import { DayReport } from "./DayReport";
import { Statement } from "./Statement";
import { TransactionsReport } from "./TransactionsReport";
import { words } from "./words";

const REPORTS = ["statement", "settlements", "fees", "transactions"] as const;
type ReportName = (typeof REPORTS)[number];

/** What is shown first, in days. */
const FIRST_DAYS = 30;

export function Reports() {
  const held = useLoaded(balances, []);
  return (
    <View title={words("title")}>
      <Show of={held}>{(tokens) => (tokens.length > 0 ? <OfTokens tokens={tokens} /> : <p>{words("no_token")}</p>)}</Show>
    </View>
  );
}

function OfTokens({ tokens }: { tokens: Balance[] }) {
  const now = new Date();
  const [from, setFrom] = useState(day(now, 1 - FIRST_DAYS));
  const [to, setTo] = useState(day(now, 0));
  const [report, setReport] = useState<ReportName>("statement");
  const token = tokenOf(tokens);
  const period = between(from, to, now);
  return (
    <>
      <div class="filters">
        <Field type="date" label={words("from")} value={from} onInput={setFrom} />
        <Field type="date" label={words("to")} value={to} onInput={setTo} error={period ? undefined : words("period_fault")} />
        <Select
          label={words("token")}
          value={token?.mint ?? ""}
          options={tokens.map((one) => ({ value: one.mint, name: one.symbol ?? shorten(one.mint) }))}
          onChange={(mint) => (chosenMint.value = mint)}
        />
      </div>
      {period && token && (
        <>
          <Chart period={period} token={token} />
          <div class="filters">
            <Select
              label={words("report")}
              value={report}
              options={REPORTS.map((value) => ({ value, name: words(value) }))}
              onChange={setReport}
            />
          </div>
          <Chosen report={report} period={period} token={token} />
        </>
      )}
    </>
  );
}

export interface ReportProps {
  period: Period;
  token: Balance;
}

function Chosen({ report, ...of }: ReportProps & { report: ReportName }) {
  switch (report) {
    case "statement":
      return <Statement {...of} />;
    case "transactions":
      return <TransactionsReport {...of} />;
    default:
      return <DayReport name={report} {...of} />;
  }
}
