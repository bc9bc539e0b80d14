import { useState } from "preact/hooks";

import type { TransactionForWallet } from "../../common/api";
import { Address } from "../../common/components/Address";
import { Alert } from "../../common/components/Alert";
import { Amount } from "../../common/components/Amount";
import { Button } from "../../common/components/Button";
import { Dialog } from "../../common/components/Dialog";
import { WalletPicker } from "../../common/components/WalletPicker";
import { useWallet } from "../../common/useWallet";
import { call } from "../api/client";
import type { Balance, Balances } from "../api/types";
import { useAction } from "../hooks/useAction";
import { transactionHref } from "../parts/explorer";
import { Failure } from "../parts/Show";
import { words } from "./words";

interface PayoutTransactions {
  transactions: TransactionForWallet[];
}

/** How often, and how many times, it is looked whether the balance has moved; in milliseconds. */
const PAUSE = 1_500;
const TRIES = 20;

interface Props {
  balance: Balance;
  onDone: () => void;
  onClose: () => void;
}

/** Pays a balance out: any wallet signs, and pays the network; the money goes to the merchant's wallet only. */
export function PayOut({ balance, onDone, onClose }: Props) {
  const { address, signAndSend } = useWallet();
  const [sent, setSent] = useState<string[]>([]);
  const [moved, setMoved] = useState(false);
  const pay = useAction(async () => {
    setSent([]);
    const body = { token: balance.mint, signer: address };
    const { transactions } = await call<PayoutTransactions>("/v1/payouts/transactions", { method: "POST", body });
    for (const { transaction } of transactions) {
      const signature = await signAndSend(transaction);
      setSent((signatures) => [...signatures, signature]);
    }
    setMoved(await hasMoved(balance));
    onDone();
  });
  const isDone = sent.length > 0 && !pay.busy && pay.error === null;
  return (
    <Dialog title={words("pay_out_title")} onClose={onClose}>
      <Amount large value={balance.balance.value} symbol={balance.symbol} />
      <p>{words("pay_out_what")}</p>
      <WalletPicker words={(wallet) => words("signs_with", { wallet })} />
      {sent.map((signature) => (
        <p key={signature}>
          {words("sent")} <Address value={signature} name={words("signature")} href={transactionHref(signature)} />
        </p>
      ))}
      {isDone && <Alert kind={moved ? "success" : "info"}>{words(moved ? "arrived" : "on_its_way")}</Alert>}
      <Failure error={pay.error} />
      {!isDone && (
        <Button wide busy={pay.busy} disabled={!address} onClick={() => void pay.run()}>
          {words("pay_out")}
        </Button>
      )}
    </Dialog>
  );
}

/** Whether the API has seen the payout before long. */
async function hasMoved(before: Balance): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const { data } = await call<Balances>("/v1/balances");
    const now = data.find(({ mint }) => mint === before.mint);
    if (now?.balance.base_units !== before.balance.base_units) {
      return true;
    }
  }
  return false;
}
