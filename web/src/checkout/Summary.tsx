import { Amount } from "../common/components/Amount";
import { Card } from "../common/components/Card";
import { decimal } from "../common/i18n";
import { Expiry } from "./Expiry";
import type { Phase } from "./phase";
import { amountOf, tokenName } from "../common/token";
import type { Item, Payment } from "./types";
import { t } from "./words";

/** Who is paid, how much, and for what. */
export function Summary({ payment, at, now }: { payment: Payment; at: Phase; now: number }) {
  const { merchant_name, price, description, items, order_reference } = payment;
  const isPayable = at === "payable";
  return (
    <Card class="summary">
      <div class="stack">
        <h1>{t(isPayable ? "pay_to" : "payment_to", { merchant: merchant_name })}</h1>
        <p>
          {price ? (
            <Amount value={price.amount} symbol={price.currency} large />
          ) : (
            <Amount value={payment.amount.value} symbol={tokenName(payment)} large />
          )}
        </p>
        {price && <p class="muted">{t("that_is", { amount: inTokens(payment) })}</p>}
        {description && <p>{description}</p>}
      </div>
      {items.length > 0 && (
        <ul class="items" aria-label={t("items")}>
          {items.map((item) => (
            <Line item={item} key={item.name} />
          ))}
        </ul>
      )}
      {order_reference && (
        <dl class="facts">
          <dt>{t("order")}</dt>
          <dd>{order_reference}</dd>
        </dl>
      )}
      {isPayable && <Expiry moment={payment.authorization_expires_at} now={now} />}
    </Card>
  );
}

function Line({ item }: { item: Item }) {
  const { name, description, quantity, unit, unit_price, total } = item;
  return (
    <li class="item">
      <span>
        {name}
        {description && <span class="hint item-more">{description}</span>}
        <span class="hint item-more">
          {decimal(quantity)} {unit ?? ""} × {decimal(unit_price)}
        </span>
      </span>
      <span class="amount">{decimal(total)}</span>
    </li>
  );
}

/** What the price is in each token that it can be paid in. */
function inTokens(payment: Payment): string {
  const ways = payment.options.length > 0 ? payment.options : [payment];
  return ways.map((way) => amountOf(way.amount.value, way)).join(` ${t("or")} `);
}
