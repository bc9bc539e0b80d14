import createClient, { type Client } from "openapi-fetch";

import { errorOf } from "./error.js";
import type { paths } from "./generated/api.js";
import { IDEMPOTENT } from "./generated/repeatable.js";
import { sendPatiently, type Patience } from "./retry.js";

/** Every operation of the API, typed after its OpenAPI document. */
export type Api = Client<paths, "application/json">;

export interface Options extends Patience {
  /** `till_sk_…`, `till_rk_…`, or another bearer token; what customers call needs none. */
  apiKey?: string | undefined;
  /** The address of the API, such as `https://till.example`. */
  baseUrl: string;
}

/** The API, as one caller: with patience, and an `Idempotency-Key` for every write that takes one. */
export function createApi({ apiKey, baseUrl, ...patience }: Options): Api {
  const api = createClient<paths, "application/json">({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    fetch: (request) => sendPatiently(request, patience),
  });
  api.use({
    onRequest({ request, schemaPath }) {
      if (IDEMPOTENT.has(`${request.method} ${schemaPath}`) && !request.headers.has("idempotency-key")) {
        request.headers.set("idempotency-key", crypto.randomUUID());
      }
      return request;
    },
  });
  return api;
}

/** What `openapi-fetch` makes of an answer. */
interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or its problem thrown as a {@link TillError}. */
export async function answered<T>(call: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw errorOf(response, error);
  }
  return data as T;
}
