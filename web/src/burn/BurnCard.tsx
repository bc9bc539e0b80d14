import { useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../shared/api";
import { AmountField } from "../shared/components/AmountField";
import { Button } from "../shared/components/Button";
import { Card } from "../shared/components/Card";
import { TransactionStatus } from "../shared/components/TransactionStatus";
import { WalletPicker } from "../shared/components/WalletPicker";
import { formatAmount } from "../shared/money";
import { tokenName } from "../shared/token";
import type { Polled } from "../shared/usePolled";
import { useTransaction } from "../shared/useTransaction";
import { useWallet } from "../shared/useWallet";
import { readAmount } from "../shared/written";
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
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const { amount, fault } = readAmount(text, burns.decimals);

  const burn = (amount: bigint) => {
    setConfirming(false);
    void run({
      prepare: () =>
        api<TransactionForWallet>(`/v1/burns/${burns.mint}/transactions`, {
          method: "POST",
          body: { action: "burn", account, amount: formatAmount(amount, burns.decimals) },
        }),
      isSeen: async (signature) => {
        const now = await answer.refresh();
        return now?.recent.some((burn) => burn.signature === signature) ?? false;
      },
    });
  };

  return (
    <Card title={words("burn_title", { token: tokenName(burns) })}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          setConfirming(amount !== null && !busy);
        }}
      >
        <AmountField
          label={words("amount")}
          text={text}
          onText={(text) => {
            setText(text);
            setAsked(false);
            reset();
          }}
          symbol={tokenName(burns)}
          hint={words("burn_hint")}
          error={asked && fault !== null ? fault : undefined}
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
      {confirming && amount !== null && (
        <ConfirmDialog burns={burns} amount={amount} onClose={() => setConfirming(false)} onBurn={() => burn(amount)} />
      )}
    </Card>
  );
}
