import { useRef } from "preact/hooks";

import { call } from "../api/client";
import { IdempotencyKeys } from "../api/idempotency";

/** Orders something of the API: the same order, when it is tried again because its answer was lost, is one. */
export function useOrder() {
  const keys = useRef(new IdempotencyKeys());
  return async <T>(path: string, body: unknown = {}): Promise<T> => {
    const headers = keys.current.headers(path, body);
    const answer = await call<T>(path, { method: "POST", body, headers });
    keys.current.done(path, body);
    return answer;
  };
}
