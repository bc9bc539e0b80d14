import { Card } from "../common/components/Card";
import { dateTime } from "../common/i18n";
import { whatHappensNext } from "./next";
import type { Payment } from "./types";
import { t } from "./words";

/** The terms in plain words, before anything is signed. */
export function NextSteps({ payment }: { payment: Payment }) {
  const merchant = payment.merchant_name;
  return (
    <Card title={t("next")}>
      <ol class="steps">
        {whatHappensNext(payment).map(({ key, moments = {} }) => {
          const told = Object.entries(moments).map(([name, moment]) => [name, dateTime(moment)]);
          return <li key={key}>{t(key, { merchant, ...(Object.fromEntries(told) as Record<string, string>) })}</li>;
        })}
      </ol>
    </Card>
  );
}
