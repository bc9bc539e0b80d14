import { Address } from "../../common/components/Address";
import { Amount } from "../../common/components/Amount";
import { Card } from "../../common/components/Card";
import { dateTime } from "../../common/i18n";
import type { MerchantEvent, Payment, Transaction } from "../api/types";
import { isZero } from "../decimals";
import { transactionHref } from "../parts/explorer";
import { kindWord, transactionStatusWord } from "../words";
import { entriesOf, type Entry } from "./timeline";
import { words } from "./words";

/** What happened, the newest first. */
export function Timeline({ payment, events }: { payment: Payment; events: MerchantEvent[] }) {
  return (
    <Card title={words("timeline")}>
      <ol class="timeline">
        {entriesOf(payment, events).map((entry) => (
          <li key={entry.key}>
            <span class="timeline-head">
              <strong>{title(entry)}</strong>
              <time dateTime={entry.time}>{dateTime(entry.time)}</time>
            </span>
            {entry.transaction && <Transacted payment={payment} transaction={entry.transaction} />}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** What our words do not know yet is told by the name that the API gives it. */
function title({ type, transaction }: Entry): string {
  const key = `event_${type.replace(/^payment\./, "")}` as "event_created";
  const known = words(key);
  return known !== key ? known : transaction ? kindWord(transaction.kind) : type;
}

function Transacted({ payment, transaction }: { payment: Payment; transaction: Transaction }) {
  return (
    <span class="timeline-what">
      {!isZero(transaction.amount.value) && <Amount value={transaction.amount.value} symbol={payment.symbol} />}
      {transaction.status !== "confirmed" && <span class="muted">{transactionStatusWord(transaction.status)}</span>}
      {transaction.signature && (
        <Address value={transaction.signature} name={words("signature")} href={transactionHref(transaction.signature)} />
      )}
      {transaction.error && <span class="field-error">{transaction.error.detail ?? transaction.error.code}</span>}
    </span>
  );
}
