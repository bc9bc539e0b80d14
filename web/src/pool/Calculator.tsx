import { useState } from "preact/hooks";

import { AmountField } from "../common/components/AmountField";
import { Card } from "../common/components/Card";
import { Field } from "../common/components/Field";
import { dateTime, duration } from "../common/i18n";
import { formatAmount } from "../common/money";
import { amountOf, tokenName } from "../common/token";
import { readAmount } from "../common/written";
import type { Pool, Reward } from "./data";
import { earned, paidSeconds, rateOf, weightOf } from "./rewards";
import { SelectField } from "./SelectField";
import { lockWords } from "./TierChoice";
import { words } from "./words";

const DAY = 86_400;
/** The most days that are told. */
const MOST_DAYS = 3_650;

/** What a stake of so much would earn in so many days, if nothing else changed. */
export function Calculator({ pool }: { pool: Pool }) {
  const now = Date.parse(pool.as_of) / 1000;
  const [text, setText] = useState("1000");
  const [index, setIndex] = useState(0);
  const [daysText, setDays] = useState("30");
  const written = readAmount(text, pool.decimals);
  const tier = pool.tiers[index];
  const days = /^\d{1,4}$/.test(daysText) ? Number(daysText) : 0;
  const areDays = days >= 1 && days <= MOST_DAYS;
  if (!tier) {
    return null;
  }
  const isLockedLonger = areDays && days * DAY < tier.lock_seconds;
  const weight = weightOf(written.amount ?? 0n, tier.weight_bps);
  const weighted = BigInt(pool.weighted.base_units) + weight;
  return (
    <Card title={words("calculator_title")}>
      <div class="fields">
        <AmountField
          label={words("calculator_amount")}
          text={text}
          onText={setText}
          symbol={tokenName(pool)}
          error={written.fault ?? undefined}
        />
        <SelectField
          label={words("calculator_tier")}
          value={index}
          onChoose={setIndex}
          options={pool.tiers.map((tier) => [tier.index, lockWords(tier)])}
        />
        <Field
          label={words("calculator_days")}
          value={daysText}
          onInput={setDays}
          inputMode="numeric"
          autocomplete="off"
          error={areDays ? undefined : words("calculator_days_fault")}
        />
      </div>
      <output class="stack">
        <span class="muted">{words("calculator_result")}</span>
        <ul class="entries">
          {pool.rewards.map((reward) => (
            <Earning
              key={reward.mint}
              reward={reward}
              seconds={areDays ? BigInt(days * DAY) : 0n}
              weight={weight}
              weighted={weighted}
              now={now}
            />
          ))}
        </ul>
      </output>
      {isLockedLonger && <p class="hint">{words("calculator_locked", { time: duration(tier.lock_seconds) })}</p>}
      <p class="hint">{words("calculator_note")}</p>
    </Card>
  );
}

interface EarningProps {
  reward: Reward;
  seconds: bigint;
  weight: bigint;
  weighted: bigint;
  /** The chain's time, in unix seconds. */
  now: number;
}

function Earning({ reward, seconds, weight, weighted, now }: EarningProps) {
  const { decimals, ends_at, rate_per_second } = reward;
  const end = ends_at ? Date.parse(ends_at) / 1000 : null;
  const paid = paidSeconds(seconds, end, now);
  const amount = earned(rateOf(rate_per_second, decimals), paid, weight, weighted);
  return (
    <li>
      <strong class="amount">{amountOf(formatAmount(amount, decimals), reward)}</strong>
      {ends_at && paid < seconds && <span class="hint">{words("calculator_until", { date: dateTime(ends_at) })}</span>}
    </li>
  );
}
