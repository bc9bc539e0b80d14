import { useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../shared/api";
import { AmountField } from "../shared/components/AmountField";
import { Button } from "../shared/components/Button";
import { Card } from "../shared/components/Card";
import { TransactionStatus } from "../shared/components/TransactionStatus";
import { WalletPicker } from "../shared/components/WalletPicker";
import { formatAmount } from "../shared/money";
import { amountOf, tokenName } from "../shared/token";
import type { Polled } from "../shared/usePolled";
import { useTransaction } from "../shared/useTransaction";
import { useWallet } from "../shared/useWallet";
import { readAmount } from "../shared/written";
import type { Campaign, Donation } from "./data";
import { words } from "./words";

interface Props {
  campaign: Campaign;
  donations: Polled<{ data: Donation[] }>;
}

/** Chooses an amount and gives it. */
export function DonateCard({ campaign, donations }: Props) {
  const { address, decimals, suggested_amounts } = campaign;
  const { address: account } = useWallet();
  const { step, busy, run, reset } = useTransaction();
  const [text, setText] = useState(suggested_amounts[0] ?? "");
  const [asked, setAsked] = useState(false);
  const written = readAmount(text, decimals);

  const write = (text: string) => {
    setText(text);
    setAsked(false);
    reset();
  };
  const donate = () => {
    setAsked(true);
    if (written.amount === null) {
      return;
    }
    const amount = formatAmount(written.amount, decimals);
    void run({
      prepare: () =>
        api<TransactionForWallet>(`/v1/campaigns/${address}/transactions`, {
          method: "POST",
          body: { action: "donate", account, amount },
        }),
      isSeen: async (signature) => {
        const seen = await donations.refresh();
        return seen?.data.some((donation) => donation.signature === signature) ?? false;
      },
    });
  };

  return (
    <Card title={words("donate_title")}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) {
            donate();
          }
        }}
      >
        <AmountField
          label={words("amount")}
          text={text}
          onText={write}
          symbol={tokenName(campaign)}
          suggested={suggested_amounts}
          error={asked && written.fault !== null ? written.fault : undefined}
          disabled={busy}
        />
        {account && (
          <Button type="submit" wide busy={busy}>
            {written.amount === null
              ? words("donate")
              : words("donate_amount", { amount: amountOf(formatAmount(written.amount, decimals), campaign) })}
          </Button>
        )}
      </form>
      <WalletPicker label={words("wallet_donate")} words={(wallet) => words("wallet_connected", { wallet })} />
      <TransactionStatus step={step} done={words("donated")} />
    </Card>
  );
}
