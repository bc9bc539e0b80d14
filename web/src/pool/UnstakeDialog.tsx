import { useState } from "preact/hooks";

import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { Dialog } from "../common/components/Dialog";
import { duration } from "../common/i18n";
import { formatAmount } from "../common/money";
import { amountOf, tokenName } from "../common/token";
import { readAmount } from "../common/written";
import type { Pool, Position } from "./data";
import { words } from "./words";

interface Props {
  pool: Pool;
  position: Position;
  /** Whether something of it is on its way out already. */
  isCooling: boolean;
  onClose: () => void;
  /** `amount` is in units of the token. */
  onUnstake: (amount: string) => void;
}

/** Asks how much of a stake is to come back, and says what that means. */
export function UnstakeDialog({ pool, position, isCooling, onClose, onUnstake }: Props) {
  const [text, setText] = useState(position.amount.value);
  const written = readAmount(text, pool.decimals);
  const isTooMuch = written.amount !== null && written.amount > BigInt(position.amount.base_units);
  const fault = isTooMuch ? words("unstake_too_much", { amount: amountOf(position.amount.value, pool) }) : written.fault;
  const submit = (event: Event) => {
    event.preventDefault();
    if (written.amount !== null && !isTooMuch) {
      onUnstake(formatAmount(written.amount, pool.decimals));
    }
  };
  return (
    <Dialog title={words("unstake_title")} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("unstake_amount")}
          text={text}
          onText={setText}
          symbol={tokenName(pool)}
          hint={words("unstake_all", { amount: amountOf(position.amount.value, pool) })}
          error={fault ?? undefined}
        />
        <p>{words(consequence(pool, isCooling), { time: duration(pool.cooldown_seconds) })}</p>
        <Button type="submit" wide>
          {words("unstake")}
        </Button>
      </form>
    </Dialog>
  );
}

function consequence({ cooldown_seconds }: Pool, isCooling: boolean) {
  if (cooldown_seconds === 0) {
    return "unstake_now";
  }
  return isCooling ? "unstake_cooldown" : "unstake_cooldown_first";
}
