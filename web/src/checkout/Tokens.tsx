import { Alert } from "../common/components/Alert";
import { decimal } from "../common/i18n";
import { amountOf } from "../common/token";
import type { WayToPay } from "./types";
import { t } from "./words";

interface Props {
  ways: WayToPay[];
  chosen: WayToPay;
  onChoose: (mint: string) => void;
}

/** In which token to pay, if there is a choice; and what leaves the wallet. */
export function Tokens({ ways, chosen, onChoose }: Props) {
  return (
    <>
      {ways.length > 1 && (
        <fieldset class="choices">
          <legend>{t("choose_token")}</legend>
          {ways.map((way) => (
            <label class="choice" key={way.mint}>
              <input
                type="radio"
                name="token"
                checked={way.mint === chosen.mint}
                onChange={() => onChoose(way.mint)}
              />
              <span class="choice-text">
                <span class="amount">{amountOf(way.amount.value, way)}</span>
                <span class="hint">{note(way)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <dl class="facts facts-small">
        <dt>{t("leaves_wallet")}</dt>
        <dd class="amount">{amountOf(chosen.sent.value, chosen)}</dd>
        <dt>{t("network_fee")}</dt>
        <dd class="amount">{decimal(chosen.network_fee.value)} SOL</dd>
        {chosen.rent.base_units !== "0" && (
          <>
            <dt>{t("deposit")}</dt>
            <dd class="amount">{decimal(chosen.rent.value)} SOL</dd>
          </>
        )}
      </dl>
      {!chosen.affordable && <Alert kind="warning">{missing(chosen).join(" ")}</Alert>}
    </>
  );
}

function note(way: WayToPay): string {
  if (!way.affordable) {
    return missing(way).join(" ");
  }
  return way.cheapest ? t("cheapest") : "";
}

/** What the wallet has too little of. */
function missing(way: WayToPay): string[] {
  const tokens = way.missing ? [t("missing", { amount: amountOf(way.missing.value, way) })] : [];
  const sol = way.missing_sol ? [t("missing_sol", { amount: decimal(way.missing_sol.value) })] : [];
  return [...tokens, ...sol];
}
