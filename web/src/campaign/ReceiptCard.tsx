import { api, ApiProblem, type TransactionForWallet } from "../shared/api";
import { Button } from "../shared/components/Button";
import { Card } from "../shared/components/Card";
import { TransactionStatus } from "../shared/components/TransactionStatus";
import { WalletPicker } from "../shared/components/WalletPicker";
import { amountOf } from "../shared/token";
import type { Polled } from "../shared/usePolled";
import { useTransaction } from "../shared/useTransaction";
import { useWallet } from "../shared/useWallet";
import type { Campaign, Receipt } from "./data";
import { givesBack } from "./terms";
import { words } from "./words";

interface Props {
  campaign: Campaign;
  receipt: Polled<Receipt>;
}

/** What the connected wallet has given, and how it comes back where it does. */
export function ReceiptCard({ campaign, receipt }: Props) {
  const { address: account } = useWallet();
  const { step, busy, run } = useTransaction();
  const back = givesBack(campaign);
  const { data, error } = receipt;
  if (!account) {
    return back ? <ConnectToTakeBack /> : null;
  }
  const none = error instanceof ApiProblem && error.status === 404;
  if (!data) {
    return none && back ? <Card title={words("mine_title")}>{words("nothing_given")}<Wallet /></Card> : null;
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
        return now?.outcome != null;
      },
    });
  const isSettled = campaign.status === "succeeded" && data.outcome === null;
  return (
    <Card title={words("mine_title")}>
      <p>{words(wordsOf(data, campaign), { amount: amountOf(data.amount.value, campaign) })}</p>
      {campaign.status === "open" && <p class="hint">{words("mine_waits")}</p>}
      {data.refundable && (
        <Button wide busy={busy} onClick={() => void take("refund")}>
          {words("refund", { amount: amountOf(data.amount.value, campaign) })}
        </Button>
      )}
      {isSettled && (
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

function wordsOf({ outcome }: Receipt, { status }: Campaign) {
  if (outcome === "refunded") {
    return "mine_refunded";
  }
  return outcome === "settled" || status === "succeeded" ? "mine_settled" : "mine";
}

function ConnectToTakeBack() {
  return (
    <Card title={words("mine_title")}>
      <p>{words("wallet_refund_hint")}</p>
      <Wallet />
    </Card>
  );
}

function Wallet() {
  return <WalletPicker label={words("wallet_refund")} words={(wallet) => words("wallet_refund_connected", { wallet })} />;
}
