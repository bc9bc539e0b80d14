import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  /** Nothing until it is there. While it is loaded again it stays. */
  data: T | null;
  error: unknown;
  loading: boolean;
  reload: () => void;
}

/** Loads something, and again when one of `inputs` changes: what was of other inputs is not shown any more. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const key = JSON.stringify(inputs);
  const [state, setState] = useState<{ key: string; data: T | null; error: unknown; loading: boolean }>({
    key,
    data: null,
    error: null,
    loading: true,
  });
  const newest = useRef(load);
  newest.current = load;
  const running = useRef<AbortController | null>(null);

  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((now) => ({ key, data: now.key === key ? now.data : null, error: null, loading: true }));
    newest.current(controller.signal).then(
      (data) => controller.signal.aborted || setState({ key, data, error: null, loading: false }),
      (error: unknown) =>
        controller.signal.aborted || setState((now) => ({ ...now, key, error, loading: false })),
    );
  }, [key]);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : null,
    error: isCurrent ? state.error : null,
    loading: !isCurrent || state.loading,
    reload,
  };
}
