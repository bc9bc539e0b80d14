import { useEffect } from "preact/hooks";

import { Address } from "../common/components/Address";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { dateTime } from "../common/i18n";
import { lookUp } from "../common/lookUp";
import { loadNetwork } from "../common/network";
import { amountOf } from "../common/token";
import type { ChainTransaction, Payment, Transfer } from "./types";
import { t } from "./words";

/** What happened, each part with what proves it on the chain. */
export function Receipt({ payment }: { payment: Payment }) {
  useEffect(() => void loadNetwork().catch(() => undefined), []);
  return (
    <Card title={t("receipt")} class="receipt">
      <dl class="facts">
        <dt>{t("paid_to")}</dt>
        <dd>{payment.merchant_name}</dd>
        <dt>{t("amount")}</dt>
        <dd class="amount">{amountOf(payment.amount.value, payment)}</dd>
        {payment.order_reference && (
          <>
            <dt>{t("order")}</dt>
            <dd>{payment.order_reference}</dd>
          </>
        )}
        {payment.payer && (
          <>
            <dt>{t("paid_from")}</dt>
            <dd>
              <Address value={payment.payer} name={t("paid_from")} href={lookUp("address", payment.payer)} />
            </dd>
          </>
        )}
        <dt>{t("payment_address")}</dt>
        <dd>
          <Address value={payment.address} name={t("payment_address")} href={lookUp("address", payment.address)} />
        </dd>
      </dl>
      <ul class="events" aria-label={t("transactions")}>
        {payment.transactions.map((transaction) => (
          <Step payment={payment} transaction={transaction} key={transaction.id} />
        ))}
        {payment.transfers.map((transfer) => (
          <Received payment={payment} transfer={transfer} key={transfer.signature + transfer.mint} />
        ))}
      </ul>
      <Button kind="secondary" onClick={() => print()}>
        {t("print")}
      </Button>
    </Card>
  );
}

function Step({ payment, transaction }: { payment: Payment; transaction: ChainTransaction }) {
  const { kind, amount, signature, created_at, finality } = transaction;
  const value = amount.base_units === "0" ? "" : amountOf(amount.value, payment);
  return <Event name={t(`did_${kind}`)} value={value} at={created_at} finality={finality} signature={signature} />;
}

function Received({ payment, transfer }: { payment: Payment; transfer: Transfer }) {
  const { mint, amount, block_time, finality, signature } = transfer;
  const symbol = mint === payment.mint ? payment.symbol : null;
  const value = amountOf(amount.value, { symbol, mint });
  return <Event name={t("did_transfer")} value={value} at={block_time} finality={finality} signature={signature} />;
}

interface EventProps {
  name: string;
  value: string;
  at: string;
  finality: ChainTransaction["finality"];
  signature: string | null;
}

function Event({ name, value, at, finality, signature }: EventProps) {
  return (
    <li class="event">
      <span class="event-line">
        <strong>{name}</strong>
        <span class="amount">{value}</span>
      </span>
      <span class="event-line hint">
        <span>{dateTime(at)}</span>
        <span>{t(`finality_${finality}`)}</span>
      </span>
      {signature && <Address value={signature} name={t("signature")} href={lookUp("transaction", signature)} />}
    </li>
  );
}
