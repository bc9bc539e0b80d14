/** Requests to the API that serves these pages. */

/** RFC 9457, as every error of the API is told. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  /** Stable, and what a program decides by. */
  code: string;
  /** For people. */
  detail: string;
  request_id?: string;
  errors?: { field: string; detail: string }[];
}

/** The API answered that it will not. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.name = "ApiProblem";
    this.status = body.status;
    this.code = body.code;
    this.body = body;
  }
}

/** There was no answer: no network, a request that took too long, or something between that is not the API. */
export class ConnectionLost extends Error {
  constructor(cause?: unknown) {
    super("no connection", { cause });
    this.name = "ConnectionLost";
  }
}

export interface Request {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** After how many milliseconds an answer is no longer waited for. */
  timeout?: number;
}

const TIMEOUT = 30_000;

/**
 * An answer as JSON.
 *
 * @throws {ApiProblem} when the API refuses.
 * @throws {ConnectionLost} when there is no answer.
 */
export async function api<T>(path: string, request: Request = {}): Promise<T> {
  const response = await send(path, request);
  const text = await response.text().catch((error: unknown) => {
    throw new ConnectionLost(error);
  });
  if (!response.ok) {
    throw problem(response.status, text);
  }
  return (text === "" ? undefined : parsed(text)) as T;
}

async function send(path: string, request: Request): Promise<Response> {
  const { method = "GET", body, headers = {}, signal, timeout = TIMEOUT } = request;
  const signals = [AbortSignal.timeout(timeout), ...(signal ? [signal] : [])];
  const content = body === undefined ? {} : { "content-type": "application/json" };
  try {
    return await fetch(path, {
      method,
      headers: { accept: "application/json", ...content, ...headers },
      signal: AbortSignal.any(signals),
      credentials: "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new ConnectionLost(error);
  }
}

function problem(status: number, text: string): Error {
  const body = parsed(text);
  if (typeof body === "object" && body !== null && "code" in body) {
    return new ApiProblem({ type: "about:blank", title: "", detail: "", ...body, status } as ProblemBody);
  }
  return new ConnectionLost(`status ${status}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConnectionLost(error);
  }
}

/** An amount of a token, exact in both forms. */
export interface Money {
  /** In units of the token, with a point. */
  value: string;
  /** In the smallest units of the token. */
  base_units: string;
}

/** A transaction without the wallet's signature, in base64, and what it does in words. */
export interface TransactionForWallet {
  transaction: string;
  message: string;
}
