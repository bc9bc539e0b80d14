import { decimal } from "../i18n";
import { shared } from "../words";
import { Field } from "./Field";

interface Props {
  label: string;
  /** As the person writes it. */
  text: string;
  onText: (text: string) => void;
  symbol: string | null;
  /** Decimal texts to choose from instead of writing. */
  suggested?: readonly string[];
  hint?: string | undefined;
  error?: string | undefined;
  disabled?: boolean;
}

/** An amount to write, or to choose from a few. */
export function AmountField({ label, text, onText, symbol, suggested = [], hint, error, disabled = false }: Props) {
  return (
    <div class="amount-field">
      {suggested.length > 0 && (
        <div class="chips" role="group" aria-label={shared("amount_suggested")}>
          {suggested.map((amount) => (
            <button
              key={amount}
              type="button"
              class="chip"
              aria-pressed={text === amount}
              disabled={disabled}
              onClick={() => onText(amount)}
            >
              {decimal(amount)}
              {symbol && <span class="amount-symbol"> {symbol}</span>}
            </button>
          ))}
        </div>
      )}
      <Field
        label={label}
        value={text}
        onInput={onText}
        inputMode="decimal"
        autocomplete="off"
        disabled={disabled}
        suffix={symbol ?? undefined}
        hint={hint}
        error={error}
      />
    </div>
  );
}
