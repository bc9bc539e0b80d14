import { useState } from "preact/hooks";

import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { WalletPicker } from "../common/components/WalletPicker";
import { dateTime, duration } from "../common/i18n";
import { amountOf, tokenName } from "../common/token";
import { useAmount } from "../common/useAmount";
import { useNow } from "../common/useNow";
import { useWallet } from "../common/useWallet";
import { chainTime } from "./clock";
import type { Pool, Tier } from "./data";
import { TierChoice } from "./TierChoice";
import { usePoolTransaction, type PoolAnswers } from "./usePoolTransaction";
import { words } from "./words";

interface Props {
  pool: Pool;
  answers: PoolAnswers;
}

/** Chooses an amount and how long it is locked, and stakes it. */
export function StakeCard({ pool, answers }: Props) {
  const { address } = useWallet();
  const { step, busy, reset, act } = usePoolTransaction(answers);
  const { text, write, value, fault, ask } = useAmount(pool.decimals, { step, reset });
  const [index, setIndex] = useState(0);
  const now = useNow();
  const tier = pool.tiers[index];
  if (pool.retired || !tier) {
    return <WalletCard />;
  }
  const submit = (event: Event) => {
    event.preventDefault();
    ask();
    if (!busy && address && value !== null) {
      void act("stake", { tier: tier.index, amount: value });
    }
  };
  return (
    <Card title={words("stake_title")}>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("amount")}
          text={text}
          onText={write}
          symbol={tokenName(pool)}
          error={fault}
          disabled={busy}
        />
        <TierChoice tiers={pool.tiers} chosen={tier} onChoose={(tier) => setIndex(tier.index)} disabled={busy} />
        <WayOut tier={tier} cooldown={pool.cooldown_seconds} now={chainTime(answers.pool, now)} />
        {address && (
          <Button type="submit" wide busy={busy}>
            {value === null ? words("stake") : words("stake_amount", { amount: amountOf(value, pool) })}
          </Button>
        )}
      </form>
      <WalletPicker label={words("wallet_stake")} words={connectedWords} />
      <TransactionStatus step={step} done={words("staked_done")} />
    </Card>
  );
}

/** When and how a stake that is made now can leave. */
function WayOut({ tier, cooldown, now }: { tier: Tier; cooldown: number; now: number }) {
  const unlocked = new Date((now + tier.lock_seconds) * 1000);
  const time = duration(cooldown);
  if (tier.lock_seconds === 0) {
    return <p class="hint">{words(cooldown > 0 ? "stake_free_cooldown" : "stake_free", { time })}</p>;
  }
  return (
    <p class="hint">
      {words("stake_locked", { date: dateTime(unlocked) })} {cooldown > 0 && words("stake_cooldown", { time })}
    </p>
  );
}

function WalletCard() {
  return (
    <Card title={words("mine_title")}>
      <WalletPicker label={words("wallet_mine")} words={connectedWords} />
    </Card>
  );
}

function connectedWords(wallet: string): string {
  return words("wallet_connected", { wallet });
}
