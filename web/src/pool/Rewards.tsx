import { Card } from "../common/components/Card";
import { dateTime } from "../common/i18n";
import { formatAmount } from "../common/money";
import { amountOf, tokenName } from "../common/token";
import type { Pool, Reward } from "./data";
import { perDay, rateOf } from "./rewards";
import { words } from "./words";

/** What stakers are given. */
export function Rewards({ pool: { rewards } }: { pool: Pool }) {
  return (
    <Card title={words("rewards_title")}>
      {rewards.length === 0 && <p class="muted">{words("rewards_none")}</p>}
      <ul class="entries">
        {rewards.map((reward) => (
          <li key={reward.mint} class="entry-block">
            <h3>{tokenName(reward)}</h3>
            <Flow reward={reward} />
            <p class="hint">
              {words("reward_claimed", {
                claimed: amountOf(reward.claimed.value, reward),
                funded: amountOf(reward.funded.value, reward),
              })}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Flow({ reward }: { reward: Reward }) {
  const { rate_per_second, decimals, ends_at } = reward;
  if (!ends_at) {
    return <p class="muted">{words("reward_over")}</p>;
  }
  const daily = formatAmount(perDay(rateOf(rate_per_second, decimals)), decimals);
  return (
    <p>
      <strong class="amount">{words("reward_rate", { amount: amountOf(daily, reward) })}</strong>,{" "}
      {words("reward_until", { date: dateTime(ends_at) })}
    </p>
  );
}
