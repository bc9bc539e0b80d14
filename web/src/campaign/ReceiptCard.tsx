import { api, type TransactionForWallet } from "../common/api";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { WalletPicker } from "../common/components/WalletPicker";
import { amountOf } from "../common/token";
import type { Polled } from "../common/usePolled";
import { useTransaction } from "../common/useTransaction";
import { useWallet } from "../common/useWallet";
import type { Campaign, Receipt } from "./data";
import { givesBack, receiptWords } from "./terms";
import { words } from "./words";

interface Props {
  campaign: Campaign;
  receipt: Polled<Receipt>;
}

/** What the connected wallet has given, and how it comes back where it does. */
export function ReceiptCard({ campaign, receipt }: Props) {
  const { address: account } = useWallet();
  const { step, busy, run } = useTransaction();
  const { data } = receipt;
  const back = givesBack(campaign);
  if (!account || !data) {
    return back && !account ? <WhoeverGave /> : null;
  }
  if (BigInt(data.amount.base_units) === 0n) {
    return back ? <NothingGiven /> : null;
  }
  const take = (action: "refund" | "close_receipt") =>
    run({
      prepare: () =>
        api<TransactionForWallet>(`/v1/campaigns/${campaign.address}/transactions`, {
          method: "POST",
          body: { action, account },
        }),
      isSeen: async () => {
        const now = await receipt.refresh();
        return now !== null && !now.refundable && !now.closable;
      },
    });
  return (
    <Card title={words("mine_title")}>
      <p>{words(receiptWords(data, campaign), { amount: amountOf(data.amount.value, campaign) })}</p>
      {campaign.kind === "all_or_nothing" && campaign.status === "open" && <p class="hint">{words("mine_waits")}</p>}
      {data.refundable && (
        <Button wide busy={busy} onClick={() => void take("refund")}>
          {words("refund", { amount: amountOf(data.owed.value, campaign) })}
        </Button>
      )}
      {data.closable && (
        <>
          <p class="hint">{words("mine_deposit")}</p>
          <Button kind="secondary" busy={busy} onClick={() => void take("close_receipt")}>
            {words("deposit")}
          </Button>
        </>
      )}
      <TransactionStatus step={step} done={words(back ? "refunded" : "deposit_done")} />
      {campaign.status !== "open" && <Wallet />}
    </Card>
  );
}

function WhoeverGave() {
  return (
    <Card title={words("mine_title")}>
      <p>{words("wallet_refund_hint")}</p>
      <Wallet />
    </Card>
  );
}

function NothingGiven() {
  return (
    <Card title={words("mine_title")}>
      <p>{words("nothing_given")}</p>
      <Wallet />
    </Card>
  );
}

function Wallet() {
  return <WalletPicker label={words("wallet_refund")} words={(wallet) => words("wallet_refund_connected", { wallet })} />;
}
