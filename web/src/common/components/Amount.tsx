import { decimal } from "../i18n";

interface Props {
  /** Decimal text, in units of the token. */
  value: string;
  symbol?: string | null | undefined;
  large?: boolean;
}

export function Amount({ value, symbol, large = false }: Props) {
  return (
    <span class={large ? "amount amount-large" : "amount"}>
      {decimal(value)}
      {symbol && <span class="amount-symbol"> {symbol}</span>}
    </span>
  );
}
