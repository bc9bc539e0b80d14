import { TillError } from "./error.js";

/** Sends one request. */
export type Send = (request: Request) => Promise<Response>;

export interface Patience {
  /** How often a request is sent again; 4 times unless given. */
  retries?: number | undefined;
  /** Milliseconds after which an attempt is given up; 60,000 unless given. */
  timeout?: number | undefined;
  /** What sends; the global `fetch` unless given. */
  fetch?: Send | undefined;
  /** What waits, in milliseconds; a timer unless given. */
  sleep?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** Milliseconds: the first wait is up to `FIRST`, each next one up to twice as long, none longer than `LONGEST`. */
const FIRST = 250;
const LONGEST = 8_000;
/** Milliseconds: a `Retry-After` beyond it is not waited for, but told. */
const LONGEST_ASKED = 60_000;

/** By HTTP (RFC 9110, 9.2.2) the same however often they are sent. DELETE is too, but its second answer is a 404. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT"]);
/** Nobody can know whether they did something. */
const TRANSIENT: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Sends a request, and again when that makes sense: after a 429, which did nothing; and, if it may be repeated, after a
 * 502, 503 or 504 and when no answer came. It is the same request each time, its `Idempotency-Key` too.
 */
export async function sendPatiently(request: Request, patience: Patience = {}): Promise<Response> {
  const { retries = 4, timeout = 60_000, sleep = pause, fetch: send = (sent: Request) => fetch(sent) } = patience;
  const mayRepeat = IDEMPOTENT_METHODS.has(request.method) || request.headers.has("idempotency-key");
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await sendOnce(send, request, timeout);
    const wait = attempt < retries ? waitAfter(outcome, mayRepeat, attempt) : undefined;
    if (wait === undefined) {
      if (outcome instanceof TillError) throw outcome;
      return outcome;
    }
    await sleep(wait);
    request.signal.throwIfAborted();
  }
}

async function sendOnce(send: Send, request: Request, timeout: number): Promise<Response | TillError> {
  const attempt = new AbortController();
  const end = () => attempt.abort(request.signal.reason);
  const timer = setTimeout(() => attempt.abort(new Error(`no answer within ${timeout} ms`)), timeout);
  request.signal.addEventListener("abort", end);
  try {
    request.signal.throwIfAborted();
    return await send(new Request(request.clone(), { signal: attempt.signal }));
  } catch (cause) {
    request.signal.throwIfAborted();
    const host = new URL(request.url).host;
    return new TillError("unreachable", `the API at ${host} cannot be reached`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds to wait before it is sent again; nothing when it is not. */
function waitAfter(outcome: Response | TillError, mayRepeat: boolean, attempt: number): number | undefined {
  if (outcome instanceof TillError) {
    return mayRepeat ? backOff(attempt) : undefined;
  }
  if (outcome.status !== 429 && !(mayRepeat && TRANSIENT.has(outcome.status))) {
    return undefined;
  }
  const wait = retryAfter(outcome.headers) ?? backOff(attempt);
  return wait <= LONGEST_ASKED ? wait : undefined;
}

/** With full jitter, so that clients that failed together do not come again together. */
function backOff(attempt: number): number {
  return Math.random() * Math.min(FIRST * 2 ** attempt, LONGEST);
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
