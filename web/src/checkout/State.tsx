import { Alert } from "../common/components/Alert";
import { dateTime } from "../common/i18n";
import { formatAmount } from "../common/money";
import { backToShop } from "./links";
import { type Phase, received, tone, toldStatus } from "./phase";
import { amountOf } from "../common/token";
import type { Payment } from "./types";
import { t } from "./words";

/** How the payment stands, in words; and, when there is nothing left to do here, the way back to the shop. */
export function State({ payment, at }: { payment: Payment; at: Phase }) {
  const status = toldStatus(payment, at);
  const back = backToShop(payment.redirect_url);
  // What is missing comes first, and the way back after it.
  const isDone = at !== "short";
  return (
    <div class="stack">
      <div aria-live="polite">
        {status !== "created" && (
          <Alert kind={tone(status)} title={t(`state_${status}`)}>
            <p>{t(`state_${status}_more`, values(payment))}</p>
          </Alert>
        )}
      </div>
      {back && status !== "created" && status !== "reverted" && (
        <a class={`button wide ${isDone ? "button-primary" : "button-secondary"}`} href={back}>
          {t("back", { merchant: payment.merchant_name })}
        </a>
      )}
    </div>
  );
}

function values(payment: Payment): Record<string, string> {
  const { amount, captured, refunded, decimals } = payment;
  const arrived = received(payment);
  const difference = arrived - BigInt(amount.base_units);
  const inTokens = (units: bigint) => amountOf(formatAmount(units < 0n ? -units : units, decimals), payment);
  return {
    merchant: payment.merchant_name,
    amount: amountOf(amount.value, payment),
    captured: amountOf(captured.value, payment),
    refunded: amountOf(refunded.value, payment),
    arrived: inTokens(arrived),
    difference: inTokens(difference),
    until: dateTime(payment.authorization_expires_at),
    decided_by: payment.dispute_expires_at ? dateTime(payment.dispute_expires_at) : "",
  };
}
