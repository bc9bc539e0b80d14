import { useState } from "preact/hooks";

import type { TransactionForWallet } from "../../common/api";
import { Alert } from "../../common/components/Alert";
import { Amount } from "../../common/components/Amount";
import { Button } from "../../common/components/Button";
import { Field } from "../../common/components/Field";
import { parseAmount } from "../../common/money";
import { connected, signAndSend } from "../../common/wallet";
import { shared } from "../../common/words";
import { call } from "../api/client";
import type { Payment, Transaction } from "../api/types";
import { useAction } from "../hooks/useAction";
import { useOrder } from "../hooks/useOrder";
import { FormDialog } from "../parts/Form";
import { Failure } from "../parts/Show";
import { may, merchant } from "../session/session";
import { kindWord, transactionStatusWord } from "../words";
import { isOpen, lacksBalance, operationsOf, type Operation } from "./operations";
import { words } from "./words";

interface Props {
  payment: Payment;
  onDone: () => void;
}

/** What the merchant can order of a payment now, and what is under way. */
export function Operations({ payment, onDone }: Props) {
  const [chosen, setChosen] = useState<Operation | null>(null);
  // It outlives the dialog: what was sent and not answered is the same order when it is tried again.
  const order = useOrder();
  const open = payment.transactions.filter(isOpen);
  const available = may("payments:operate") ? operationsOf(payment) : [];
  return (
    <>
      {open.map((transaction) => (
        <UnderWay key={transaction.id} payment={payment} transaction={transaction} />
      ))}
      {may("payments:operate") && lacksBalance(payment) && <p class="hint">{words("refund_held_up")}</p>}
      <div class="row">
        {available.map((operation) => (
          <Button key={operation.kind} kind={operation.kind === "capture" ? "primary" : "secondary"} onClick={() => setChosen(operation)}>
            {words(operation.kind)}
          </Button>
        ))}
        {payment.status === "created" && may("payments:write") && <Cancel payment={payment} onDone={onDone} />}
      </div>
      {chosen && <Order payment={payment} operation={chosen} order={order} onDone={onDone} onClose={() => setChosen(null)} />}
    </>
  );
}

function UnderWay({ payment, transaction }: { payment: Payment; transaction: Transaction }) {
  return (
    <Alert>
      {kindWord(transaction.kind)} <Amount value={transaction.amount.value} symbol={payment.symbol} />:{" "}
      {transactionStatusWord(transaction.status)}
    </Alert>
  );
}

interface OrderProps extends Props {
  operation: Operation;
  order: ReturnType<typeof useOrder>;
  onClose: () => void;
}

/** Confirms an operation, and of which amount. The answer is what the API recorded; the chain's word comes by stream. */
function Order({ payment, operation: { kind, most }, order, onDone, onClose }: OrderProps) {
  const [amount, setAmount] = useState(most.value);
  const [isFinal, setIsFinal] = useState(true);
  const [isPaidOut, setIsPaidOut] = useState(false);
  const units = parseAmount(amount, payment.decimals);
  const fault = amountFault(units, BigInt(most.base_units), payment.decimals);
  const isPartial = typeof units === "bigint" && units < BigInt(most.base_units);
  // Without an amount all that is left is meant, also what is there by then.
  const part = isPartial ? { amount: amount.trim().replace(",", ".") } : {};
  const body = {
    capture: { ...part, final: isPartial ? isFinal : true, pay_out: isPaidOut },
    refund: part,
    void: {},
  }[kind];
  const action = useAction(async () => {
    if (merchant.value?.operated === false) {
      await signed(payment, { operation: kind, ...body });
    } else {
      await order(`/v1/payments/${payment.id}/${kind}`, body);
    }
    onDone();
  });
  return (
    <FormDialog
      title={words(`${kind}_title`)}
      submit={words(kind)}
      danger={kind !== "capture"}
      action={action}
      incomplete={kind !== "void" && fault !== undefined}
      onClose={onClose}
    >
      <p>{words(`${kind}_what`)}</p>
      {kind === "void" ? (
        <p>
          <Amount large value={most.value} symbol={payment.symbol} />
        </p>
      ) : (
        <Field
          label={words("amount")}
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          onInput={setAmount}
          suffix={payment.symbol}
          hint={words("at_most", { amount: most.value, symbol: payment.symbol ?? "" })}
          error={fault}
        />
      )}
      {kind === "capture" && isPartial && (
        <Check label={words("final")} checked={isFinal} onChange={setIsFinal} />
      )}
      {kind === "capture" && <Check label={words("pay_out")} checked={isPaidOut} onChange={setIsPaidOut} />}
      {merchant.value?.operated === false && <Alert>{words("signed_by_you")}</Alert>}
    </FormDialog>
  );
}

function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

/** Has the merchant's own wallet sign, where the service is not the operator. */
async function signed(payment: Payment, operation: object): Promise<void> {
  const signer = connected.value?.account.address;
  const answer = await call<TransactionForWallet>(`/v1/payments/${payment.id}/transactions`, {
    method: "POST",
    body: { ...operation, signer },
  });
  await signAndSend(answer.transaction);
}

function amountFault(units: ReturnType<typeof parseAmount>, most: bigint, decimals: number): string | undefined {
  if (typeof units !== "bigint") {
    return shared(`amount_${units}`, { count: decimals });
  }
  if (units === 0n) {
    return words("amount_zero");
  }
  return units > most ? words("amount_exceeded") : undefined;
}

function Cancel({ payment, onDone }: Props) {
  const [open, setOpen] = useState(false);
  const cancel = useAction(async () => {
    await call(`/v1/payments/${payment.id}/cancel`, { method: "POST" });
    onDone();
  });
  return (
    <>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {words("cancel")}
      </Button>
      {open && (
        <FormDialog title={words("cancel_title")} submit={words("cancel")} danger action={cancel} onClose={() => setOpen(false)}>
          <p>{words("cancel_what")}</p>
        </FormDialog>
      )}
      <Failure error={open ? null : cancel.error} />
    </>
  );
}
