import type { ComponentChildren } from "preact";

import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Spinner } from "../../common/components/Spinner";
import { explain, shared } from "../../common/words";
import type { Loaded } from "../hooks/useLoaded";

interface Props<T> {
  of: Pick<Loaded<T>, "data" | "error" | "reload">;
  children: (data: T) => ComponentChildren;
}

/** What was loaded, or that it is being loaded, or why it could not be. */
export function Show<T>({ of: { data, error, reload }, children }: Props<T>) {
  return (
    <>
      {error !== null && (
        <Alert kind="error">
          {explain(error)}{" "}
          <Button kind="quiet" onClick={reload}>
            {shared("try_again")}
          </Button>
        </Alert>
      )}
      {data !== null ? children(data) : error === null && <Spinner label={shared("loading")} />}
    </>
  );
}

/** Why something could not be done. */
export function Failure({ error }: { error: unknown }) {
  return error === null ? null : <Alert kind="error">{explain(error)}</Alert>;
}
