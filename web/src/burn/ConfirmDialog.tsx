import { useState } from "preact/hooks";

import { Alert } from "../common/components/Alert";
import { AmountField } from "../common/components/AmountField";
import { Button } from "../common/components/Button";
import { Dialog } from "../common/components/Dialog";
import { parseAmount } from "../common/money";
import { amountOf, tokenName } from "../common/token";
import type { Burns } from "./data";
import { words } from "./words";

interface Props {
  burns: Burns;
  /** In units of the token. */
  amount: string;
  onClose: () => void;
  onBurn: () => void;
}

/** Says that it cannot be undone, and has the amount written a second time. */
export function ConfirmDialog({ burns, amount, onClose, onBurn }: Props) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const isSame = parseAmount(text, burns.decimals) === parseAmount(amount, burns.decimals);
  const named = amountOf(amount, burns);
  const submit = (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (isSame) {
      onBurn();
    }
  };
  return (
    <Dialog title={words("confirm_title", { amount: named })} onClose={onClose}>
      <Alert kind="warning">{words("confirm")}</Alert>
      <form class="stack" onSubmit={submit}>
        <AmountField
          label={words("confirm_field")}
          text={text}
          onText={(text) => {
            setText(text);
            setAsked(false);
          }}
          symbol={tokenName(burns)}
          hint={words("confirm_hint", { amount: named })}
          error={asked && !isSame ? words("confirm_differs") : undefined}
        />
        <Button type="submit" kind="danger" wide>
          {words("confirm_burn", { amount: named })}
        </Button>
        <Button kind="secondary" wide onClick={onClose}>
          {words("cancel")}
        </Button>
      </form>
    </Dialog>
  );
}
