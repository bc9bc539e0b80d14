import type { ComponentChildren } from "preact";

import { ApiProblem } from "../api";
import type { Polled } from "../usePolled";
import { explain, shared } from "../words";
import { Alert } from "./Alert";
import { Button } from "./Button";
import { Spinner } from "./Spinner";

interface Props<T> {
  answer: Polled<T>;
  /** The page's heading as long as there is nothing else to show. */
  title: string;
  /** What is said where there is no such thing. */
  missing: string;
  children: (data: T) => ComponentChildren;
}

/** What is shown of something of the API's while it is asked for, when it is not there, and when it is. */
export function Loaded<T>({ answer, title, missing, children }: Props<T>) {
  const { data, error } = answer;
  if (data !== null) {
    return (
      <>
        {error !== null && <Alert kind="warning">{explain(error)}</Alert>}
        {children(data)}
      </>
    );
  }
  return (
    <section class="card">
      <h1>{title}</h1>
      <NotLoaded answer={answer} missing={missing} />
    </section>
  );
}

function NotLoaded<T>({ answer: { error, refresh }, missing }: Pick<Props<T>, "answer" | "missing">) {
  if (error === null) {
    return (
      <p class="loading">
        <Spinner label={shared("loading")} />
      </p>
    );
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return <Alert kind="warning">{missing}</Alert>;
  }
  return (
    <>
      <Alert kind="error">{explain(error)}</Alert>
      <Button kind="secondary" onClick={() => void refresh()}>
        {shared("try_again")}
      </Button>
    </>
  );
}
