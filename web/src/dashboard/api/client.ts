/** Requests of the signed-in person. */

import { api, ApiProblem, ConnectionLost, type Request } from "../../common/api";
import { end, merchantId, session } from "../session/session";

const UNAUTHORIZED = 401;

/**
 * An answer as JSON. A session that the API no longer knows is ended.
 *
 * @throws {ApiProblem} when the API refuses.
 * @throws {ConnectionLost} when there is no answer.
 */
export async function call<T>(path: string, request: Request = {}): Promise<T> {
  try {
    return await api<T>(path, { ...request, headers: { ...credentials(), ...request.headers } });
  } catch (error) {
    endIfUnauthorized(error);
    throw error;
  }
}

/** Who calls, as headers. */
export function credentials(): Record<string, string> {
  const [signedIn, chosen] = [session.value, merchantId.value];
  return {
    ...(signedIn && { authorization: `Bearer ${signedIn.token}` }),
    ...(chosen && { "till-merchant": chosen }),
  };
}

export function endIfUnauthorized(error: unknown): void {
  if (error instanceof ApiProblem && error.status === UNAUTHORIZED && session.value) {
    end(true);
  }
}

/** A path with a query of what is given. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? path : `${path}?${parameters}`;
}

/** How long a file may take, in milliseconds: it is a whole report. */
const FILE_TIMEOUT = 300_000;

/** Saves an answer as a file. The token goes in a header, so a plain link would not do. */
export async function download(path: string, name: string): Promise<void> {
  const headers = { ...credentials(), accept: "text/csv" };
  const signal = AbortSignal.timeout(FILE_TIMEOUT);
  const answer = await fetch(path, { headers, signal, credentials: "omit" }).catch((error: unknown) => {
    throw new ConnectionLost(error);
  });
  if (!answer.ok) {
    // Asked again as JSON, the API says in its own words what is wrong.
    await call(path);
    throw new ConnectionLost(`status ${answer.status}`);
  }
  const url = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
