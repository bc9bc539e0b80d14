import { useEffect, useRef, useState } from "preact/hooks";

import { api } from "../common/api";
import { Alert } from "../common/components/Alert";
import { Amount } from "../common/components/Amount";
import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { shorten } from "../common/components/Address";
import { decimal, language } from "../common/i18n";
import { randomKey } from "../common/idempotency";
import { explain, shared } from "../common/words";
import { choose, MOST_DECIMALS, type ChoiceFault } from "./choice";
import type { LinkPayment, LinkTerms } from "./data";
import { words } from "./words";

/** Chooses the amount, where there is a choice, and goes on to the checkout of a payment of it. */
export function PayForm({ link }: { link: LinkTerms }) {
  const [text, setText] = useState(link.suggested_amounts[0] ?? link.min_amount ?? "");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // One for each choice: who tries again after a lost connection gets the payment that was made the first time.
  const attempt = useRef({ amount: "", key: "" });
  // Who comes back from the checkout finds the button alive, and gets the same payment.
  useEffect(() => {
    const back = () => setBusy(false);
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, []);
  const choice = link.amount === null ? choose(text, link) : { amount: link.amount, fault: null };

  const pay = async (amount: string) => {
    if (attempt.current.amount !== amount) {
      attempt.current = { amount, key: randomKey() };
    }
    setBusy(true);
    setError(null);
    try {
      const payment = await api<LinkPayment>(`/links/${link.id}/payments`, {
        method: "POST",
        headers: { "idempotency-key": attempt.current.key },
        body: link.amount === null ? { amount } : {},
      });
      location.assign(`/checkout/${payment.id}`);
    } catch (error) {
      setError(error);
      setBusy(false);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (!busy && choice.amount !== null) {
      void pay(choice.amount);
    }
  };

  return (
    <form class="stack" onSubmit={submit}>
      {link.amount !== null ? (
        <Amount value={link.amount} symbol={unitOf(link)} large />
      ) : (
        <>
          <p>{words("choose")}</p>
          <AmountField
            label={words("amount")}
            text={text}
            onText={(text) => {
              setText(text);
              setAsked(false);
              setError(null);
            }}
            symbol={unitOf(link)}
            suggested={link.suggested_amounts}
            hint={boundsWords(link)}
            error={asked && choice.fault !== null ? faultWords(choice.fault, link) : undefined}
            disabled={busy}
          />
        </>
      )}
      {(link.currency !== null || link.tokens.length > 1) && <p class="hint">{words("accepted", { tokens: list(link) })}</p>}
      <Button type="submit" wide busy={busy}>
        {choice.amount === null ? words("continue") : words("pay", { amount: inUnits(choice.amount, link) })}
      </Button>
      {error !== null && <Alert kind="error">{explain(error)}</Alert>}
      <p class="hint">{words("next")}</p>
    </form>
  );
}

function unitOf({ currency, tokens }: LinkTerms): string {
  return currency ?? shorten(tokens[0] ?? "");
}

function inUnits(amount: string, link: LinkTerms): string {
  return `${decimal(amount)} ${unitOf(link)}`;
}

function list({ tokens }: LinkTerms): string {
  return new Intl.ListFormat(language.value, { type: "disjunction" }).format(tokens.map(shorten));
}

function boundsWords(link: LinkTerms): string | undefined {
  const [min, max] = [link.min_amount, link.max_amount].map((amount) => (amount ? inUnits(amount, link) : ""));
  if (min && max) {
    return words("between", { min, max });
  }
  return min ? words("at_least", { min }) : max ? words("at_most", { max }) : undefined;
}

function faultWords(fault: ChoiceFault, link: LinkTerms): string {
  switch (fault) {
    case "malformed":
      return shared("amount_malformed");
    case "too_precise":
      return shared("amount_too_precise", { count: MOST_DECIMALS });
    case "too_large":
      return shared("amount_too_large");
    case "zero":
      return shared("amount_zero");
    case "below":
      return words("below", { min: inUnits(link.min_amount ?? "0", link) });
    case "above":
      return words("above", { max: inUnits(link.max_amount ?? "0", link) });
  }
}
