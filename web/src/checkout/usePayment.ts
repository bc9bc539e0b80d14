import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { api, ApiProblem, ConnectionLost } from "../common/api";
import type { Payment } from "./types";

/** How often the state is asked for while it is not streamed, or the connection is lost, in milliseconds. */
const POLL = 4_000;
const POLL_BESIDE_STREAM = 10 * POLL;
/** After how many milliseconds a stream that was refused is asked for again. */
const STREAM_AGAIN = 30_000;

export interface Live {
  payment: Payment | null;
  /** Why there is no payment to show. */
  problem: ApiProblem | null;
  isLost: boolean;
  /** What must be added to this device's clock for the gateway's, in milliseconds. */
  skew: number;
  refresh: () => void;
}

/** A payment as it is, and as it changes: told by a stream, and asked for where there is none. */
export function usePayment(id: string): Live {
  const [payment, setPayment] = useState<Payment | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isLost, setLost] = useState(false);
  const [skew, setSkew] = useState(0);
  const asking = useRef(false);
  const again = useRef(false);

  // One question at a time, so that answers come in order.
  const refresh = useCallback(async () => {
    if (asking.current) {
      again.current = true;
      return;
    }
    asking.current = true;
    try {
      const answer = await api<Payment>(`/pay/${encodeURIComponent(id)}/checkout`);
      setSkew(Date.parse(answer.now) - Date.now());
      setPayment(answer);
      setProblem(null);
      setLost(false);
    } catch (error) {
      if (error instanceof ApiProblem) {
        setProblem(error);
      }
      setLost(error instanceof ConnectionLost);
    } finally {
      asking.current = false;
      if (again.current) {
        again.current = false;
        void refresh();
      }
    }
  }, [id]);

  const isStreaming = useStream(id, refresh);
  const isMissing = !payment && problem?.status === 404;

  useEffect(() => {
    void refresh();
    const look = () => {
      if (document.visibilityState === "visible") {
        void refresh();
      }
    };
    const events = ["online", "offline", "pageshow"];
    events.forEach((event) => addEventListener(event, look));
    document.addEventListener("visibilitychange", look);
    return () => {
      events.forEach((event) => removeEventListener(event, look));
      document.removeEventListener("visibilitychange", look);
    };
  }, [refresh]);

  useEffect(() => {
    // What is not there will not come.
    if (isMissing) {
      return;
    }
    // A stream too can die without a word, so it is looked besides, less often.
    const timer = setInterval(() => void refresh(), isLost || !isStreaming ? POLL : POLL_BESIDE_STREAM);
    return () => clearInterval(timer);
  }, [isLost, isStreaming, isMissing, refresh]);

  return { payment, problem, isLost, skew, refresh };
}

/** Calls `onChange` for every state that is streamed, and answers whether a stream is open. */
function useStream(id: string, onChange: () => void): boolean {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/pay/${encodeURIComponent(id)}/stream`);
      source.addEventListener("open", () => setOpen(true));
      source.addEventListener("payment", onChange);
      source.addEventListener("error", () => {
        setOpen(false);
        onChange();
        // A browser comes again by itself when a stream ends, but not when it is refused.
        if (source.readyState === EventSource.CLOSED) {
          timer = setTimeout(open, STREAM_AGAIN);
        }
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [id, onChange]);
  return isOpen;
}
