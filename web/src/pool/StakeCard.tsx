import { useState } from "preact/hooks";

import { AmountField } from "../shared/components/AmountField";
import { Button } from "../shared/components/Button";
import { Card } from "../shared/components/Card";
import { TransactionStatus } from "../shared/components/TransactionStatus";
import { WalletPicker } from "../shared/components/WalletPicker";
import { dateTime, duration } from "../shared/i18n";
import { formatAmount } from "../shared/money";
import { amountOf, tokenName } from "../shared/token";
import { useNow } from "../shared/useNow";
import { useWallet } from "../shared/useWallet";
import { readAmount } from "../shared/written";
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
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const [asked, setAsked] = useState(false);
  const tier = pool.tiers[index];
  if (pool.retired || !tier) {
    return <WalletCard />;
  }
  const written = readAmount(text, pool.decimals);
  const amount = written.amount === null ? null : formatAmount(written.amount, pool.decimals);
  const submit = (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (!busy && amount !== null) {
      void act("stake", { tier: tier.index, amount });
    }
  };
  return (
    <Card title={words("stake_title")}>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("amount")}
          text={text}
          onText={(text) => {
            setText(text);
            setAsked(false);
            reset();
          }}
          symbol={tokenName(pool)}
          error={asked && written.fault !== null ? written.fault : undefined}
          disabled={busy}
        />
        <TierChoice tiers={pool.tiers} chosen={tier} onChoose={(tier) => setIndex(tier.index)} disabled={busy} />
        <WayOut tier={tier} cooldown={pool.cooldown_seconds} />
        {address && (
          <Button type="submit" wide busy={busy}>
            {amount === null ? words("stake") : words("stake_amount", { amount: amountOf(amount, pool) })}
          </Button>
        )}
      </form>
      <WalletPicker label={words("wallet_stake")} words={connectedWords} />
      <TransactionStatus step={step} done={words("staked_done")} />
    </Card>
  );
}

/** When and how a stake that is made now can leave. */
function WayOut({ tier, cooldown }: { tier: Tier; cooldown: number }) {
  const unlocked = new Date(useNow() + tier.lock_seconds * 1000);
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
