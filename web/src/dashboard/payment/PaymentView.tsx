import { useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";

import { Address } from "../../common/components/Address";
import { Amount } from "../../common/components/Amount";
import { Card } from "../../common/components/Card";
import { CopyButton } from "../../common/components/CopyButton";
import { dateTime, decimal } from "../../common/i18n";
import { loadNetwork } from "../../common/network";
import type { Payment } from "../api/types";
import { isZero } from "../decimals";
import { Badge, StatusBadge } from "../parts/Badge";
import { addressHref } from "../parts/explorer";
import { Facts } from "../parts/Facts";
import { nameOf } from "../parts/naming";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { Decisions } from "./Decisions";
import { Dispute } from "./Dispute";
import { Operations } from "./Operations";
import { Timeline } from "./Timeline";
import { usePayment } from "./usePayment";
import { words } from "./words";

export function PaymentView() {
  const { id = "" } = useRoute().params;
  const { payment, events, live, reload } = usePayment(id);
  useEffect(() => void loadNetwork().catch(() => undefined), []);
  return (
    <View title={payment.data ? words("title_of", { name: nameOf(payment.data) }) : words("title")}>
      <p>
        <a href="/dashboard/payments">{words("to_list")}</a>
      </p>
      <Show of={payment}>
        {(payment) => (
          <>
            <State payment={payment} live={live} reload={reload} />
            {(payment.status === "disputed" || payment.arbiter) && <Dispute payment={payment} />}
            <div class="columns">
              <Show of={events}>{(events) => <Timeline payment={payment} events={events} />}</Show>
              <Details payment={payment} />
            </div>
            <Items payment={payment} />
            <Decisions id={payment.id} onReviewed={reload} />
          </>
        )}
      </Show>
    </View>
  );
}

function State({ payment, live, reload }: { payment: Payment; live: boolean; reload: () => void }) {
  const money = (value: string) => (isZero(value) ? null : <Amount value={value} symbol={payment.symbol} />);
  return (
    <Card>
      <div class="state">
        <Amount large value={payment.amount.value} symbol={payment.symbol} />
        <div class="row" role="status">
          <StatusBadge status={payment.status} />
          {payment.finality !== "unseen" && (
            <Badge tone={payment.finality === "finalized" ? "good" : "neutral"}>{words(`finality_${payment.finality}`)}</Badge>
          )}
          <span class={live ? "live on" : "live"}>{words(live ? "live" : "not_live")}</span>
        </div>
      </div>
      <p>{words(`means_${payment.status}`)}</p>
      <Facts
        facts={[
          [words("capturable"), money(payment.capturable.value)],
          [words("captured"), money(payment.captured.value)],
          [words("refunded"), money(payment.refunded.value)],
          [words("refundable"), money(payment.refundable.value)],
          [words("fees"), money(payment.fees.value)],
        ]}
      />
      <Operations payment={payment} onDone={reload} />
    </Card>
  );
}

function Details({ payment }: { payment: Payment }) {
  const time = (moment: string | null | undefined) => moment && dateTime(moment);
  const link = payment.status === "created" ? (payment.checkout_url ?? payment.pay_url) : null;
  const { customer, price } = payment;
  return (
    <Card title={words("details")}>
      <Facts
        facts={[
          [words("id"), <Address value={payment.id} name={words("id")} />],
          [words("order"), payment.order_reference],
          [words("description"), payment.description],
          [words("price"), price && `${decimal(price.amount)} ${price.currency}`],
          [words("created"), time(payment.created_at)],
          [words("capture_mode"), words(`mode_${payment.capture_mode}`)],
          [words("capture_from"), time(payment.capture_from)],
          [words("authorization_expires"), time(payment.authorization_expires_at)],
          [words("refund_expires"), time(payment.refund_expires_at)],
          [words("payer"), payment.payer && <Address value={payment.payer} name={words("payer")} href={addressHref(payment.payer)} />],
          [words("customer"), [customer?.name, customer?.email, customer?.reference].filter(Boolean).join(", ")],
          [words("address"), <Address value={payment.address} name={words("address")} href={addressHref(payment.address)} />],
          [words("duplicate_of"), payment.duplicate_of && <a href={`/dashboard/payments/${payment.duplicate_of}`}>{payment.duplicate_of}</a>],
          [
            words("checkout_link"),
            link && (
              <span class="address">
                <a href={link} target="_blank" rel="noopener">
                  {words("open")}
                </a>
                <CopyButton text={link} name={words("checkout_link")} />
              </span>
            ),
          ],
          ...Object.entries(payment.metadata).map(([key, value]) => [key, value] as const),
        ]}
      />
    </Card>
  );
}

function Items({ payment: { items = [], price, symbol } }: { payment: Payment }) {
  if (items.length === 0) {
    return null;
  }
  const unit = price?.currency ?? symbol;
  return (
    <Card title={words("items")}>
      <Table
        caption={words("items")}
        rows={items.map((item, index) => ({ ...item, index }))}
        keyOf={(item) => String(item.index)}
        columns={[
          { name: words("item"), cell: (item) => item.name },
          { name: words("quantity"), numeric: true, cell: (item) => `${decimal(item.quantity)} ${item.unit ?? ""}` },
          { name: words("unit_price"), numeric: true, cell: (item) => <Amount value={item.unit_price} symbol={unit} /> },
          { name: words("item_total"), numeric: true, cell: (item) => <Amount value={item.total} symbol={unit} /> },
        ]}
      />
    </Card>
  );
}
