import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { api } from "./api";

export interface Polled<T> {
  /** The last answer; kept while later ones fail. */
  data: T | null;
  /** When that came, in milliseconds by the clock of this device. */
  at: number;
  /** Why there was no answer the last time. */
  error: unknown;
  /** Asks at once. Answers nothing where that fails. */
  refresh: () => Promise<T | null>;
}

interface Answer<T> {
  path: string | null;
  data: T | null;
  at: number;
  error: unknown;
}

/**
 * Asks the API again and again, as long as the page can be seen; at once when it is seen again, and when the
 * connection is back. Without a path nothing is asked.
 */
export function usePolled<T>(path: string | null, seconds: number): Polled<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ path, data: null, at: 0, error: null });
  const asked = useRef(0);
  const refresh = useCallback(async () => {
    if (path === null) {
      return null;
    }
    const turn = ++asked.current;
    const say = (change: (now: Answer<T>) => Answer<T>) => {
      // What was asked for earlier may come later, and says nothing any more.
      if (turn === asked.current) {
        setAnswer(change);
      }
    };
    try {
      const data = await api<T>(path);
      say(() => ({ path, data, at: Date.now(), error: null }));
      return data;
    } catch (error) {
      say((now) => ({ path, data: now.path === path ? now.data : null, at: now.at, error }));
      return null;
    }
  }, [path]);

  useEffect(() => {
    const ask = () => {
      if (!document.hidden) {
        void refresh();
      }
    };
    void refresh();
    const timer = setInterval(ask, seconds * 1000);
    document.addEventListener("visibilitychange", ask);
    window.addEventListener("online", ask);
    return () => {
      asked.current++;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
      window.removeEventListener("online", ask);
    };
  }, [refresh, seconds]);

  const isCurrent = answer.path === path;
  const { data, at, error } = isCurrent ? answer : { data: null, at: 0, error: null };
  return { data, at, error, refresh };
}
