import { api, type TransactionForWallet } from "../common/api";
import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { WalletPicker } from "../common/components/WalletPicker";
import { amountOf, tokenName } from "../common/token";
import { useAmount } from "../common/useAmount";
import type { Polled } from "../common/usePolled";
import { useTransaction } from "../common/useTransaction";
import { useWallet } from "../common/useWallet";
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
  const { text, write, value, fault, ask } = useAmount(decimals, { step, reset }, suggested_amounts[0]);

  const donate = (amount: string) =>
    run({
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
  const submit = (event: Event) => {
    event.preventDefault();
    ask();
    if (!busy && account && value !== null) {
      void donate(value);
    }
  };

  return (
    <Card title={words("donate_title")}>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("amount")}
          text={text}
          onText={write}
          symbol={tokenName(campaign)}
          suggested={suggested_amounts}
          error={fault}
          disabled={busy}
        />
        {account && (
          <Button type="submit" wide busy={busy}>
            {value === null ? words("donate") : words("donate_amount", { amount: amountOf(value, campaign) })}
          </Button>
        )}
      </form>
      <WalletPicker label={words("wallet_donate")} words={(wallet) => words("wallet_connected", { wallet })} />
      <TransactionStatus step={step} done={words("donated")} />
    </Card>
  );
}
