import { useState } from "preact/hooks";

import { Field } from "../common/components/Field";
import { parseAmount } from "../common/money";
import { shared } from "../common/words";
import { amountOf, tokenName } from "../common/token";
import { t } from "./words";

interface Props {
  offer: { campaign: string; suggested: string[] };
  token: { symbol: string | null; mint: string };
  decimals: number;
  /** In units of the token; empty for none. */
  value: string;
  onChange: (value: string) => void;
}

/** What the customer gives beside the payment. Nothing, unless it is chosen. */
export function Donation({ offer, token, decimals, value, onChange }: Props) {
  const [isOther, setOther] = useState(false);
  const choose = (amount: string, other = false) => {
    setOther(other);
    onChange(amount);
  };
  const choice = (key: string, label: string, checked: boolean, pick: () => void) => (
    <label class="choice choice-short" key={key}>
      <input type="radio" name="donation" checked={checked} onChange={pick} />
      <span>{label}</span>
    </label>
  );
  const amount = value === "" ? null : parseAmount(value, decimals);
  return (
    <fieldset class="choices">
      <legend>{t("donate")}</legend>
      <a class="hint" href={`/campaigns/${offer.campaign}`} target="_blank" rel="noopener">
        {t("about_campaign")}
      </a>
      <div class="row">
        {choice("none", t("donate_nothing"), !isOther && value === "", () => choose(""))}
        {offer.suggested.map((suggested) =>
          choice(suggested, amountOf(suggested, token), !isOther && value === suggested, () => choose(suggested)),
        )}
        {choice("other", t("donate_other"), isOther, () => choose("", true))}
      </div>
      {isOther && (
        <Field
          label={t("donate_amount")}
          value={value}
          onInput={onChange}
          inputMode="decimal"
          autocomplete="off"
          suffix={tokenName(token)}
          error={typeof amount === "string" ? shared(`amount_${amount}`, { count: decimals }) : undefined}
        />
      )}
    </fieldset>
  );
}
