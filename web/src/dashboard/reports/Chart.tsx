import { useState } from "preact/hooks";

import { Card } from "../../common/components/Card";
import { decimal, percent } from "../../common/i18n";
import { BarChart } from "../charts/BarChart";
import { bucketLabel } from "../charts/labels";
import { trimmed } from "../decimals";
import { useLoaded } from "../hooks/useLoaded";
import { series, type Metric } from "../overview/load";
import { Choice } from "../parts/Choice";
import { Show } from "../parts/Show";
import { Download } from "./Download";
import type { ReportProps } from "./Reports";
import { words } from "./words";

const METRICS: readonly Metric[] = ["volume", "captured", "refunded", "fees", "payments", "conversion"];

/** A number by days. */
export function Chart({ period, token }: ReportProps) {
  const [metric, setMetric] = useState<Metric>("captured");
  const query = { ...period, metric, interval: "day", token: token.mint };
  const found = useLoaded((signal) => series(metric, period, "day", token.mint, signal), [query]);
  const text = (value: string) => {
    switch (metric) {
      case "payments":
        return decimal(value);
      case "conversion":
        return percent(Number(value) * 10_000);
      default:
        return `${decimal(trimmed(value))} ${token.symbol ?? ""}`;
    }
  };
  return (
    <Card title={words("by_day")}>
      <Choice label={words("metric")} value={metric} options={METRICS.map((value) => ({ value, name: words(value) }))} onChange={setMetric} />
      <Show of={found}>
        {(points) => (
          <BarChart
            counted={metric === "payments"}
            title={words(metric)}
            over={words("day")}
            points={points.map(({ time, value }) => ({ label: bucketLabel(time, "day"), value, text: text(value) }))}
          />
        )}
      </Show>
      <Download path="/v1/reports/time-series" query={query} name={`${metric}-${period.from}`} />
    </Card>
  );
}
