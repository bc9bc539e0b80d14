import { lookUp } from "../lookUp";
import type { Step } from "../useTransaction";
import { explain, shared } from "../words";
import { Address } from "./Address";
import { Alert } from "./Alert";
import { Spinner } from "./Spinner";

interface Props {
  step: Step;
  /** What is said when it has arrived. */
  done: string;
}

/** How far a transaction has come, told to everybody who waits for it. The region is there before its words are. */
export function TransactionStatus(props: Props) {
  return (
    <div class="live" aria-live="polite">
      <Told {...props} />
    </div>
  );
}

function Told({ step, done }: Props) {
  switch (step.at) {
    case "idle":
      return null;
    case "preparing":
      return <Waiting title={shared("transaction_preparing")} />;
    case "signing":
      return <Waiting title={shared("transaction_signing")} detail={step.message} />;
    case "sent":
      return (
        <>
          <Waiting title={shared("transaction_sent")} detail={step.message} />
          <Signature value={step.signature} />
        </>
      );
    case "done":
      return (
        <Alert kind="success" title={done}>
          <Signature value={step.signature} />
        </Alert>
      );
    case "unseen":
      return (
        <Alert kind="warning" title={shared("transaction_unseen_title")}>
          <p>{shared("transaction_unseen")}</p>
          <Signature value={step.signature} />
        </Alert>
      );
    case "failed":
      return <Alert kind="error">{explain(step.error)}</Alert>;
  }
}

function Waiting({ title, detail }: { title: string; detail?: string }) {
  return (
    <p class="waiting">
      <Spinner />
      <span>
        {title}
        {detail && <span class="hint">{detail}</span>}
      </span>
    </p>
  );
}

function Signature({ value }: { value: string }) {
  const name = shared("transaction_signature");
  return (
    <p class="hint">
      {name} <Address value={value} name={name} href={lookUp("transaction", value)} />
    </p>
  );
}
