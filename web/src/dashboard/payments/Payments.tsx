import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { Amount } from "../../common/components/Amount";
import { Button } from "../../common/components/Button";
import { Field } from "../../common/components/Field";
import { dateTime } from "../../common/i18n";
import { withQuery } from "../api/client";
import { PAYMENT_STATUSES, type Payment, type PaymentStatus } from "../api/types";
import { usePages } from "../hooks/usePages";
import { StatusBadge } from "../parts/Badge";
import { More } from "../parts/More";
import { nameOf } from "../parts/naming";
import { Select } from "../parts/Select";
import { Show } from "../parts/Show";
import { Table } from "../parts/Table";
import { View } from "../parts/View";
import { statusWord } from "../words";
import { isPaymentId } from "./search";
import { words } from "./words";

const PATH = "/dashboard/payments";

/** What is filtered by is in the address, so that it can be gone back to and kept as a bookmark. */
export function Payments() {
  const { query, route } = useLocation();
  const status = PAYMENT_STATUSES.find((status) => status === query["status"]) ?? null;
  const order = query["order"] ?? "";
  const found = usePages<Payment>("/v1/payments", { status, order_reference: order });
  const show = (filter: { status: PaymentStatus | null; order: string }) => route(withQuery(PATH, filter));
  return (
    <View title={words("title")}>
      <div class="filters">
        <Search
          key={order}
          order={order}
          onSearch={(text) =>
            isPaymentId(text) ? route(`${PATH}/${encodeURIComponent(text)}`) : show({ status, order: text })
          }
        />
        <Select
          label={words("status")}
          value={status ?? ""}
          options={[{ value: "", name: words("all") }, ...PAYMENT_STATUSES.map((value) => ({ value, name: statusWord(value) }))]}
          onChange={(value) => show({ status: value === "" ? null : value, order })}
        />
      </div>
      <Show of={found}>
        {(payments) => (
          <>
            <List payments={payments} hasMore={found.more !== null} />
            <More more={found.more} />
          </>
        )}
      </Show>
    </View>
  );
}

function List({ payments, hasMore }: { payments: Payment[]; hasMore: boolean }) {
  return (
    <Table
      caption={words("title")}
      rows={payments}
      keyOf={(payment) => payment.id}
      // A status is looked for page by page, so that a page can be empty and not the last.
      empty={words(hasMore ? "none_yet" : "none")}
      columns={[
        {
          name: words("payment"),
          cell: (payment) => (
            <a class="row-link" href={`${PATH}/${payment.id}`}>
              <strong>{nameOf(payment)}</strong>
              {payment.order_reference && payment.description && <span class="hint">{payment.description}</span>}
            </a>
          ),
        },
        { name: words("amount"), numeric: true, cell: (payment) => <Amount value={payment.amount.value} symbol={payment.symbol} /> },
        { name: words("status"), cell: (payment) => <StatusBadge status={payment.status} /> },
        { name: words("created"), cell: (payment) => <time dateTime={payment.created_at}>{dateTime(payment.created_at)}</time> },
      ]}
    />
  );
}

function Search({ order, onSearch }: { order: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(order);
  return (
    <form
      role="search"
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <Field type="search" label={words("search")} placeholder="pay_… / order-1042" value={text} onInput={setText} />
      <Button type="submit" kind="secondary">
        {words("find")}
      </Button>
    </form>
  );
}
