import { useCallback, useEffect, useState } from "preact/hooks";

import { api } from "../common/api";
import type { WayToPay } from "./types";

export interface Ways {
  /** Nothing until they are known. */
  ways: WayToPay[] | null;
  error: unknown;
  reload: () => Promise<void>;
}

/** The ways in which a wallet can pay, asked for anew with each wallet. */
export function useWays(payment: string, account: string | null): Ways {
  const [ways, setWays] = useState<WayToPay[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(
    async (signal?: AbortSignal) => {
      if (!account) {
        return;
      }
      try {
        const path = `/pay/${encodeURIComponent(payment)}/options?account=${encodeURIComponent(account)}`;
        const { data } = await api<{ data: WayToPay[] }>(path, signal ? { signal } : {});
        setWays(data);
        setError(null);
      } catch (error) {
        if (!signal?.aborted) {
          setError(error);
        }
      }
    },
    [payment, account],
  );
  useEffect(() => {
    const controller = new AbortController();
    setWays(null);
    setError(null);
    void load(controller.signal);
    return () => controller.abort();
  }, [load]);
  return { ways, error, reload: () => load() };
}
