import { useEffect, useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../common/api";
import { Alert } from "../common/components/Alert";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { Dialog } from "../common/components/Dialog";
import { WalletPicker } from "../common/components/WalletPicker";
import { dateTime } from "../common/i18n";
import { useWallet } from "../common/useWallet";
import { explain } from "../common/words";
import { remedy } from "./fault";
import { ALIVE } from "./sent";
import { amountOf } from "../common/token";
import type { Payment, PayerAction } from "./types";
import { t } from "./words";

interface Props {
  payment: Payment;
  onChange: () => void;
}

/** What the payer can do afterwards: confirm the delivery, dispute, take the money or the rent back. */
export function PayerActions({ payment, onChange }: Props) {
  const { address, isRightNetwork } = useWallet();
  const [asked, setAsked] = useState<PayerAction | null>(null);
  const [done, setDone] = useState<PayerAction | null>(null);
  // What has not come until then never will, and can be asked for again.
  useEffect(() => {
    if (done) {
      const timer = setTimeout(() => setDone(null), ALIVE);
      return () => clearTimeout(timer);
    }
  }, [done]);
  const actions = payment.payer_actions.filter((action) => action !== done);
  if (actions.length === 0) {
    return null;
  }
  const isPayer = address === payment.payer;
  return (
    <Card title={t("your_rights")}>
      {!isPayer && <p>{address ? t("not_payer") : t("connect_payer")}</p>}
      <WalletPicker words={(wallet) => t("connected_with", { wallet })} />
      {isPayer && isRightNetwork && (
        <div class="stack">
          {actions.map((action) => (
            <Button kind={action === "dispute" ? "danger" : "secondary"} wide key={action} onClick={() => setAsked(action)}>
              {t(`do_${action}`)}
            </Button>
          ))}
        </div>
      )}
      {asked && (
        <Confirm
          payment={payment}
          action={asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setDone(asked);
            setAsked(null);
            onChange();
          }}
        />
      )}
    </Card>
  );
}

interface ConfirmProps {
  payment: Payment;
  action: PayerAction;
  onClose: () => void;
  onDone: () => void;
}

/** Says what will happen, and lets the wallet sign it. */
function Confirm({ payment, action, onClose, onDone }: ConfirmProps) {
  const { address, signAndSend } = useWallet();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      const path = `/pay/${encodeURIComponent(payment.id)}/actions`;
      const body = { action, account: address };
      const { transaction } = await api<TransactionForWallet>(path, { method: "POST", body });
      await signAndSend(transaction);
      onDone();
    } catch (error) {
      setError(error);
    } finally {
      setBusy(false);
    }
  };
  const words = {
    merchant: payment.merchant_name,
    amount: amountOf(payment.capturable.value, payment),
    until: dateTime(payment.authorization_expires_at),
  };
  return (
    <Dialog title={t(`do_${action}`)} onClose={onClose}>
      <p>{t(`do_${action}_more`, words)}</p>
      {error !== null && <Alert kind="error">{remedy(error) === "fresh" ? t("too_old") : explain(error)}</Alert>}
      <Button kind={action === "dispute" ? "danger" : "primary"} wide busy={isBusy} onClick={() => void confirm()}>
        {isBusy ? t("sign_in_wallet") : t(`do_${action}`)}
      </Button>
    </Dialog>
  );
}
