import { useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../common/api";
import { Alert } from "../common/components/Alert";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { Dialog } from "../common/components/Dialog";
import { TransactionStatus } from "../common/components/TransactionStatus";
import { formatAmount } from "../common/money";
import { amountOf } from "../common/token";
import type { Polled } from "../common/usePolled";
import { useTransaction } from "../common/useTransaction";
import { useWallet } from "../common/useWallet";
import type { Campaign } from "./data";
import { held, ownerActions, type OwnerAction } from "./owner";
import { words } from "./words";

interface Props {
  campaign: Campaign;
  answer: Polled<Campaign>;
}

/** What the creator and the beneficiary can do. */
export function OwnerCard({ campaign, answer }: Props) {
  const { address: account } = useWallet();
  const { step, busy, run } = useTransaction();
  const [confirming, setConfirming] = useState(false);
  const actions = account ? ownerActions(campaign, account, Date.now()) : [];
  if (!account || (actions.length === 0 && step.at === "idle")) {
    return null;
  }
  const act = (action: OwnerAction) =>
    run({
      prepare: () =>
        api<TransactionForWallet>(`/v1/campaigns/${campaign.address}/transactions`, {
          method: "POST",
          body: { action, account },
        }),
      isSeen: async () => {
        const now = await answer.refresh();
        return now !== null && !ownerActions(now, account, Date.now()).includes(action);
      },
    });
  const left = amountOf(formatAmount(held(campaign), campaign.decimals), campaign);
  return (
    <Card title={words("owner_title")}>
      {actions.includes("withdraw") && (
        <Button wide busy={busy} onClick={() => void act("withdraw")}>
          {words("owner_withdraw", { amount: left })}
        </Button>
      )}
      {actions.includes("close") && (
        <>
          <p class="hint">{words("owner_close_hint")}</p>
          <Button kind="secondary" busy={busy} onClick={() => void act("close")}>
            {words("owner_close")}
          </Button>
        </>
      )}
      {actions.includes("cancel") && (
        <Button kind="secondary" disabled={busy} onClick={() => setConfirming(true)}>
          {words("owner_cancel")}
        </Button>
      )}
      <TransactionStatus step={step} done={words("owner_done")} />
      {confirming && (
        <CancelDialog
          campaign={campaign}
          onClose={() => setConfirming(false)}
          onCancel={() => {
            setConfirming(false);
            void act("cancel");
          }}
        />
      )}
    </Card>
  );
}

interface CancelProps {
  campaign: Campaign;
  onClose: () => void;
  onCancel: () => void;
}

function CancelDialog({ campaign, onClose, onCancel }: CancelProps) {
  const givesBack = campaign.kind === "all_or_nothing";
  return (
    <Dialog title={words("owner_cancel_title")} onClose={onClose}>
      <Alert kind="warning">{words(givesBack ? "owner_cancel_all_or_nothing" : "owner_cancel_keep_all")}</Alert>
      <Button kind="danger" wide onClick={onCancel}>
        {words("owner_cancel_confirm")}
      </Button>
      <Button kind="secondary" wide onClick={onClose}>
        {words("owner_keep")}
      </Button>
    </Dialog>
  );
}
