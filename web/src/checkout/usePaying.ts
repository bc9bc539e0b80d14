import { useEffect, useState } from "preact/hooks";

import { api, type TransactionForWallet } from "../common/api";
import { useWallet } from "../common/useWallet";
import { remedy } from "./fault";
import { ALIVE, forgetSent, recallSent, rememberSent, type Sent } from "./sent";

export type Step = "idle" | "building" | "signing" | "sent";

export interface Order {
  /** The mint that is paid in. */
  token: string;
  /** In units of the token. */
  donation: string | null;
}

export interface Paying {
  step: Step;
  error: unknown;
  sent: Sent | null;
  pay: (order: Order) => Promise<void>;
}

/**
 * Paying: the transaction is built at the moment of signing, signed and sent by the wallet, and then waited for.
 * `onChange` looks at the payment's state, which alone says whether it is paid.
 */
export function usePaying(payment: string, onChange: () => void): Paying {
  const { address, signAndSend } = useWallet();
  const [sent, setSent] = useState<Sent | null>(() => recallSent(payment, Date.now()));
  const [step, setStep] = useState<Step>(sent ? "sent" : "idle");
  const [error, setError] = useState<unknown>(null);

  // What has not come until then never will: a fresh transaction may be made.
  useEffect(() => {
    if (step === "sent" && sent) {
      const timer = setTimeout(() => setStep("idle"), Math.max(0, sent.at + ALIVE - Date.now()));
      return () => clearTimeout(timer);
    }
  }, [step, sent]);

  const pay = async ({ token, donation }: Order) => {
    if (step !== "idle") {
      return;
    }
    setStep("building");
    setError(null);
    setSent(null);
    try {
      const body = { account: address, token, ...(donation ? { donation } : {}) };
      const path = `/pay/${encodeURIComponent(payment)}`;
      const { transaction } = await api<TransactionForWallet>(path, { method: "POST", body });
      setStep("signing");
      const now = { signature: await signAndSend(transaction), at: Date.now() };
      rememberSent(payment, now);
      setSent(now);
      setStep("sent");
      onChange();
    } catch (error) {
      forgetSent(payment);
      setError(error);
      setStep("idle");
      if (remedy(error) === "look") {
        onChange();
      }
    }
  };
  return { step, error, sent, pay };
}
