import { useState } from "preact/hooks";

import { Amount } from "../../common/components/Amount";
import { shorten } from "../../common/components/Address";
import { Card } from "../../common/components/Card";
import { decimal, percent } from "../../common/i18n";
import type { Balance } from "../api/types";
import { BarChart } from "../charts/BarChart";
import { bucketLabel } from "../charts/labels";
import { trimmed } from "../decimals";
import { useLoaded } from "../hooks/useLoaded";
import { Choice } from "../parts/Choice";
import { Show } from "../parts/Show";
import { View } from "../parts/View";
import { period, PERIODS, type PeriodName } from "../period";
import { may } from "../session/session";
import { Attention } from "./Attention";
import { chosenMint, tokenOf } from "../token";
import { balances, series } from "./load";
import { success, total } from "./numbers";
import { words } from "./words";

export function Overview() {
  const [name, setName] = useState<PeriodName>("week");
  return (
    <View
      title={words("title")}
      actions={
        <Choice
          label={words("period")}
          value={name}
          options={PERIODS.map((value) => ({ value, name: words(value) }))}
          onChange={setName}
        />
      }
    >
      <Attention />
      {may("reports:read") && <Numbers name={name} />}
    </View>
  );
}

function Numbers({ name }: { name: PeriodName }) {
  const held = useLoaded(balances, []);
  return (
    <Show of={held}>
      {(tokens) => {
        const token = tokenOf(tokens);
        return (
          <>
            {tokens.length > 1 && token && (
              <Choice
                label={words("token")}
                value={token.mint}
                options={tokens.map((one) => ({ value: one.mint, name: one.symbol ?? shorten(one.mint) }))}
                onChange={(mint) => (chosenMint.value = mint)}
              />
            )}
            {token ? <OfToken key={token.mint} name={name} token={token} /> : <p>{words("no_token")}</p>}
          </>
        );
      }}
    </Show>
  );
}

function OfToken({ name, token }: { name: PeriodName; token: Balance }) {
  const interval = name === "today" ? "hour" : "day";
  const numbers = useLoaded(
    async (signal) => {
      const asked = period(name, new Date());
      const of = (metric: "volume" | "fees" | "refunded" | "payments" | "conversion") =>
        series(metric, asked, interval, token.mint, signal);
      const [volume, fees, refunded, counts, shares] = await Promise.all([
        of("volume"),
        of("fees"),
        of("refunded"),
        of("payments"),
        of("conversion"),
      ]);
      return { volume, fees, refunded, counts, shares };
    },
    [name, token.mint],
  );
  return (
    <Show of={numbers}>
      {({ volume, fees, refunded, counts, shares }) => {
        const { asked, paid, bps } = success(counts, shares);
        const label = (time: string) => bucketLabel(time, interval);
        return (
          <>
            <dl class="tiles">
              <Tile name={words("volume")} title={words("volume_what")}>
                <Amount value={trimmed(total(volume))} symbol={token.symbol} />
              </Tile>
              <Tile name={words("count")} title={words("count_what")}>
                {decimal(String(paid))}
              </Tile>
              <Tile name={words("success")} title={words("success_what", { paid, asked })}>
                {bps === null ? "–" : percent(bps)}
              </Tile>
              <Tile name={words("refunded")} title={words("refunded_what")}>
                <Amount value={trimmed(total(refunded))} symbol={token.symbol} />
              </Tile>
              <Tile name={words("fees")} title={words("fees_what")}>
                <Amount value={trimmed(total(fees))} symbol={token.symbol} />
              </Tile>
            </dl>
            <div class="charts">
              <Card title={words("chart_volume", { token: token.symbol ?? shorten(token.mint) })}>
                <BarChart
                  title={words("volume")}
                  over={words("time")}
                  points={volume.map(({ time, value }) => ({
                    label: label(time),
                    value,
                    text: `${decimal(trimmed(value))} ${token.symbol ?? ""}`,
                  }))}
                />
              </Card>
              <Card title={words("chart_count")}>
                <BarChart
                  counted
                  title={words("asked")}
                  over={words("time")}
                  points={counts.map(({ time, value }) => ({ label: label(time), value, text: decimal(value) }))}
                />
              </Card>
            </div>
          </>
        );
      }}
    </Show>
  );
}

function Tile({ name, title, children }: { name: string; title: string; children: preact.ComponentChildren }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="tile-value">{children}</dd>
      <dd class="hint">{title}</dd>
    </div>
  );
}
