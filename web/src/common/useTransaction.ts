import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { TransactionForWallet } from "./api";
import { signAndSend } from "./wallet";

/** How far a transaction of this page has come. */
export type Step =
  | { at: "idle" }
  /** The API builds and tries it. */
  | { at: "preparing" }
  /** The wallet shows it. */
  | { at: "signing"; message: string }
  /** The network has it, and the API has not seen it yet. */
  | { at: "sent"; signature: string; message: string }
  | { at: "done"; signature: string; message: string }
  /** It has not been seen for so long that it can hardly come any more. */
  | { at: "unseen"; signature: string }
  /** Nothing was sent. */
  | { at: "failed"; error: unknown };

export interface Attempt {
  /** Asks the API for the transaction. */
  prepare: () => Promise<TransactionForWallet>;
  /** Whether what it does can be seen in the API's answers now. */
  isSeen: (signature: string) => Promise<boolean>;
}

/** Between two looks, in milliseconds. */
const LOOK_EVERY = 1_000;
/** How often is looked: a transaction's blockhash lives for about 90 seconds. */
const LOOKS = 120;

/** One transaction at a time: built by the API, signed and sent by the wallet, and watched until it has arrived. */
export function useTransaction() {
  const [step, setStep] = useState<Step>({ at: "idle" });
  const mounted = useRef(true);
  useEffect(() => () => void (mounted.current = false), []);

  const run = useCallback(async ({ prepare, isSeen }: Attempt) => {
    const tell = (next: Step) => {
      if (mounted.current) {
        setStep(next);
      }
    };
    try {
      tell({ at: "preparing" });
      const { transaction, message } = await prepare();
      tell({ at: "signing", message });
      const signature = await signAndSend(transaction);
      tell({ at: "sent", signature, message });
      const seen = await watch(() => isSeen(signature), mounted);
      tell(seen ? { at: "done", signature, message } : { at: "unseen", signature });
    } catch (error) {
      tell({ at: "failed", error });
    }
  }, []);
  const reset = useCallback(() => setStep({ at: "idle" }), []);
  const busy = step.at === "preparing" || step.at === "signing" || step.at === "sent";
  return { step, busy, run, reset };
}

async function watch(isSeen: () => Promise<boolean>, mounted: { current: boolean }): Promise<boolean> {
  for (let look = 0; look < LOOKS && mounted.current; look++) {
    // What cannot be asked now can be asked a second later.
    if (await isSeen().catch(() => false)) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return false;
}
