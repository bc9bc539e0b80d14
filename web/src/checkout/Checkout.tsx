import { useEffect, useRef } from "preact/hooks";

import { Alert } from "../common/components/Alert";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { Page } from "../common/components/Page";
import { Spinner } from "../common/components/Spinner";
import { subject } from "../common/subject";
import { useNow } from "../common/useNow";
import { explain, shared } from "../common/words";
import { NextSteps } from "./NextSteps";
import { Pay } from "./Pay";
import { PayerActions } from "./PayerActions";
import { phase } from "./phase";
import { Receipt } from "./Receipt";
import { Scan } from "./Scan";
import { State } from "./State";
import { Summary } from "./Summary";
import type { Payment } from "./types";
import { type Live, usePayment } from "./usePayment";
import { usePaying } from "./usePaying";
import { t } from "./words";

const id = subject();

export function Checkout() {
  const live = usePayment(id);
  const { payment, problem, isLost, refresh } = live;
  return (
    <Page title={title(live)} width="wide">
      <div aria-live="polite" class="connection">
        {isLost && <Alert kind="warning">{shared("offline")}</Alert>}
      </div>
      {!payment && <h1 class="visually-hidden">{title(live)}</h1>}
      {payment ? (
        <Shown live={live} payment={payment} />
      ) : problem ? (
        <Card title={problem.status === 404 ? t("not_found") : t("no_answer")} class="narrow">
          <p>{problem.status === 404 ? t("not_found_more") : explain(problem)}</p>
          {problem.status !== 404 && <Button onClick={refresh}>{shared("try_again")}</Button>}
        </Card>
      ) : (
        <Card class="narrow centred">
          <Spinner label={shared("loading")} />
        </Card>
      )}
    </Page>
  );
}

function title({ payment }: Live): string {
  return payment ? t("title", { merchant: payment.merchant_name }) : "Till";
}

function Shown({ live, payment }: { live: Live; payment: Payment }) {
  const now = useNow() + live.skew;
  const paying = usePaying(payment.id, live.refresh);
  const at = phase(payment, now, paying.step === "signing" || paying.step === "sent");
  const state = useRef<HTMLDivElement>(null);
  const before = useRef(at);
  // The button that was pressed is gone: whoever had the focus on it goes on at what became of it.
  useEffect(() => {
    if (before.current !== at) {
      before.current = at;
      state.current?.focus();
    }
  }, [at]);
  return (
    <div class="checkout">
      <Summary payment={payment} at={at} now={now} />
      <div class="checkout-side">
        <div ref={state} tabIndex={-1} class="state-place">
          <State payment={payment} at={at} />
        </div>
        {at === "payable" && <Pay payment={payment} paying={paying} now={now} />}
        {(at === "payable" || payment.status === "underpaid") && <Scan payment={payment} />}
        {(at === "paid" || at === "short") && <Receipt payment={payment} />}
        {at === "paid" && <PayerActions payment={payment} onChange={live.refresh} />}
      </div>
      {at === "payable" && <NextSteps payment={payment} />}
    </div>
  );
}
