import { useEffect, useState } from "preact/hooks";

import { formatAmount } from "./money";
import type { useTransaction } from "./useTransaction";
import { readAmount } from "./written";

type Transaction = Pick<ReturnType<typeof useTransaction>, "step" | "reset">;

/** An amount that is written for a transaction. What is wrong with it is told once it is asked for. */
export function useAmount(decimals: number, { step, reset }: Transaction, initial = "") {
  const [text, setText] = useState(initial);
  const [asked, setAsked] = useState(false);
  const { amount, fault } = readAmount(text, decimals);
  const isDone = step.at === "done";
  useEffect(() => {
    // So that nobody does it twice by pressing again.
    if (isDone) {
      setText("");
      setAsked(false);
    }
  }, [isDone]);
  return {
    text,
    write: (text: string) => {
      setText(text);
      setAsked(false);
      reset();
    },
    /** In base units. */
    amount,
    /** As the API reads it, in units of the token. */
    value: amount === null ? null : formatAmount(amount, decimals),
    fault: asked && fault !== null ? fault : undefined,
    ask: () => setAsked(true),
  };
}
