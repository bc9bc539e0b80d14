import type { components } from "./generated/api.js";

/** The body of an error, RFC 9457. */
export type Problem = components["schemas"]["ProblemBody"];

/** What went wrong; `code` is for programs and stable, `message` for people. */
export class TillError extends Error {
  override readonly name = "TillError";
  /**
   * A code of the API (`GET /problems/{code}` explains it), or one of this client: `unreachable` when no answer came,
   * `unreadable` when what came is not the API's, `not_in_time` when a wait ended first.
   */
  readonly code: string;
  /** The status of the answer, if one came. */
  readonly status: number | undefined;
  /** The whole problem, if the API told one: the fields that are not acceptable, for example. */
  readonly problem: Problem | undefined;

  constructor(code: string, message: string, more: { status?: number; problem?: Problem; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.problem = more.problem;
  }

  /** By which support finds the request. */
  get requestId(): string | undefined {
    return this.problem?.request_id;
  }
}

/** The error that an answer tells. `body` is what was read of it. */
export function errorOf(response: Response, body: unknown): TillError {
  const { status } = response;
  if (isProblem(body)) {
    return new TillError(body.code, body.detail, { status, problem: body });
  }
  return new TillError("unreadable", `the answer is a ${status}, and not the API's`, { status });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
