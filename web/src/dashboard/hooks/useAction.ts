import { useCallback, useRef, useState } from "preact/hooks";

export interface Action<A extends unknown[]> {
  busy: boolean;
  error: unknown;
  /** Does it, unless it is being done. Says whether it was done. */
  run: (...inputs: A) => Promise<boolean>;
  forgetError: () => void;
}

/** Something that a person does: once at a time, however often they press. */
export function useAction<A extends unknown[]>(act: (...inputs: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);
  const newest = useRef(act);
  newest.current = act;
  const run = useCallback(async (...inputs: A) => {
    if (running.current) {
      return false;
    }
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await newest.current(...inputs);
      return true;
    } catch (error) {
      setError(error);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, run, forgetError: useCallback(() => setError(null), []) };
}
