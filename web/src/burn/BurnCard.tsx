import { useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../common/api";
import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { WalletPicker } from "../common/components/WalletPicker";
import { tokenName } from "../common/token";
import { useAmount } from "../common/useAmount";
import type { Polled } from "../common/usePolled";
import { useTransaction } from "../common/useTransaction";
import { useWallet } from "../common/useWallet";
import { ConfirmDialog } from "./ConfirmDialog";
import type { Burns } from "./data";
import { words } from "./words";

interface Props {
  burns: Burns;
  answer: Polled<Burns>;
}

/** Burns an amount of the connected wallet, after asking twice. */
export function BurnCard({ burns, answer }: Props) {
  const { address: account } = useWallet();
  const { step, busy, run, reset } = useTransaction();
  const { text, write, value, fault, ask } = useAmount(burns.decimals, { step, reset });
  const [confirming, setConfirming] = useState(false);

  const burn = (amount: string) => {
    setConfirming(false);
    void run({
      prepare: () =>
        api<TransactionForWallet>(`/v1/burns/${burns.mint}/transactions`, {
          method: "POST",
          body: { action: "burn", account, amount },
        }),
      isSeen: async (signature) => {
        const now = await answer.refresh();
        return now?.recent.some((burn) => burn.signature === signature) ?? false;
      },
    });
  };

  const submit = (event: Event) => {
    event.preventDefault();
    ask();
    setConfirming(value !== null && account !== null && !busy);
  };

  return (
    <Card title={words("burn_title", { token: tokenName(burns) })}>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("amount")}
          text={text}
          onText={write}
          symbol={tokenName(burns)}
          hint={words("burn_hint")}
          error={fault}
          disabled={busy}
        />
        {account && (
          <Button type="submit" kind="danger" wide busy={busy}>
            {words("continue")}
          </Button>
        )}
      </form>
      <WalletPicker label={words("wallet")} words={(wallet) => words("wallet_connected", { wallet })} />
      <TransactionStatus step={step} done={words("burned")} />
      {confirming && value !== null && (
        <ConfirmDialog burns={burns} amount={value} onClose={() => setConfirming(false)} onBurn={() => burn(value)} />
      )}
    </Card>
  );
}
