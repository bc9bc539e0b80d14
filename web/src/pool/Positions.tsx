import { Amount } from "../common/components/Amount";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { formatAmount } from "../common/money";
import { tokenName } from "../common/token";
import { useNow } from "../common/useNow";
import type { Action } from "./arrived";
import { chainTime } from "./clock";
import type { Pool, Position, Reward } from "./data";
import { PositionItem } from "./PositionItem";
import { earned, paidSeconds, rateOf } from "./rewards";
import { usePoolTransaction, type PoolAnswers } from "./usePoolTransaction";
import { words } from "./words";

const DONE = {
  stake: "staked_done",
  unstake: "unstaked_done",
  withdraw: "withdrawn_done",
  claim: "claimed_done",
  close_position: "closed_done",
} as const satisfies Record<Action, string>;

interface Props {
  pool: Pool;
  answers: PoolAnswers;
}

/** What the connected wallet has in the pool. */
export function Positions({ pool, answers }: Props) {
  const { step, busy, action, act } = usePoolTransaction(answers);
  const now = useNow();
  const { data, at } = answers.positions;
  if (!data) {
    return null;
  }
  // Counted on from the last answer until the next one.
  const elapsed = BigInt(Math.max(0, Math.floor((now - at) / 1000)));
  const asked = chainTime(answers.pool, at);
  const sums = pool.rewards.map((reward) => {
    const amounts = data.data.map((position) => claimable(pool, position, reward, elapsed, asked));
    return { reward, amount: amounts.reduce((sum, amount) => sum + amount, 0n) };
  });
  const canClaim = data.data.some(({ claimable }) => claimable.some(({ amount }) => BigInt(amount.base_units) > 0n));
  return (
    <Card title={words("mine_title")}>
      {data.data.length === 0 && <p class="muted">{words("mine_none")}</p>}
      {data.data.length > 0 && sums.length > 0 && (
        <div class="stack">
          <h3>{words("claimable_title")}</h3>
          <ul class="entries entries-tight">
            {sums.map(({ reward, amount }) => (
              <li key={reward.mint}>
                <strong>
                  <Amount value={formatAmount(amount, reward.decimals)} symbol={tokenName(reward)} />
                </strong>
              </li>
            ))}
          </ul>
          {canClaim && (
            <Button wide busy={busy && action === "claim"} disabled={busy && action !== "claim"} onClick={() => void act("claim")}>
              {words("claim")}
            </Button>
          )}
        </div>
      )}
      <TransactionStatus step={step} done={words(DONE[action])} />
      <ol class="positions">
        {data.data.map((position, index) => (
          <PositionItem
            key={position.address}
            pool={pool}
            position={position}
            number={index + 1}
            now={chainTime(answers.pool, now)}
            busy={busy}
            act={act}
          />
        ))}
      </ol>
    </Card>
  );
}

/** What a position can claim of a reward so many seconds after it was `asked` for (unix seconds). */
function claimable(pool: Pool, position: Position, reward: Reward, elapsed: bigint, asked: number): bigint {
  const told = position.claimable.find(({ index }) => index === reward.index);
  const end = reward.ends_at ? Date.parse(reward.ends_at) / 1000 : null;
  const since = earned(
    rateOf(reward.rate_per_second, reward.decimals),
    paidSeconds(elapsed, end, asked),
    BigInt(position.weighted.base_units),
    BigInt(pool.weighted.base_units),
  );
  return BigInt(told?.amount.base_units ?? 0) + since;
}
