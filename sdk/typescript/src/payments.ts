import { TillError } from "./error.js";
import { answered, type Api } from "./http.js";
import { everyPage } from "./pages.js";
import type { Payment, PaymentFilter, PaymentRequest, PaymentStatus, Schemas, Transaction } from "./types.js";

export interface Write {
  /** The same key and body: one effect. A new one is made unless given; your own survives a restart of yours. */
  idempotencyKey?: string;
}

export interface Operation extends Write {
  /** In units of the token, such as `"5.00"`; everything there is, unless given. */
  amount?: string;
  /** For how many seconds the API waits for it to settle before it answers; 25 unless given, 30 at most. */
  wait?: number;
}

export interface Wait {
  /** Milliseconds until `not_in_time` is thrown; 60,000 unless given. */
  timeout?: number;
  /** Milliseconds between two looks; 500 unless given. */
  interval?: number;
}

/** What a merchant asks for, and does with it. */
export class Payments {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Asks for a payment. The answer says where the customer pays it. */
  create(body: PaymentRequest, write: Write = {}): Promise<Payment> {
    return answered(this.#api.POST("/v1/payments", { body, params: { header: keyOf(write) } }));
  }

  get(id: string): Promise<Payment> {
    return answered(this.#api.GET("/v1/payments/{id}", { params: { path: { id } } }));
  }

  /** Newest first; the next page is fetched when it is needed. */
  list(filter: PaymentFilter = {}): AsyncGenerator<Payment, void, undefined> {
    const page = (cursor: string | undefined) => {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      return answered(this.#api.GET("/v1/payments", { params: { query } }));
    };
    return everyPage(page, filter.cursor);
  }

  /** Takes escrowed money for the merchant. */
  capture(id: string, operation: Operation & Omit<Schemas["CaptureRequest"], "amount"> = {}): Promise<Transaction> {
    const { idempotencyKey: _, wait: __, ...body } = operation;
    const params = { path: { id }, header: headersOf(operation) };
    return answered(this.#api.POST("/v1/payments/{id}/capture", { params, body }));
  }

  /** Gives everything in escrow back to the payer. */
  void(id: string, operation: Omit<Operation, "amount"> = {}): Promise<Transaction> {
    const params = { path: { id }, header: headersOf(operation) };
    return answered(this.#api.POST("/v1/payments/{id}/void", { params }));
  }

  /** Pays captured money back to the payer. */
  refund(id: string, operation: Operation = {}): Promise<Transaction> {
    const body = operation.amount === undefined ? {} : { amount: operation.amount };
    const params = { path: { id }, header: headersOf(operation) };
    return answered(this.#api.POST("/v1/payments/{id}/refund", { params, body }));
  }

  /** Takes back the request for a payment that nobody has paid. */
  cancel(id: string): Promise<Payment> {
    return answered(this.#api.POST("/v1/payments/{id}/cancel", { params: { path: { id } } }));
  }

  /** Waits until a payment has one of these statuses. */
  async waitFor(id: string, statuses: readonly PaymentStatus[], wait: Wait = {}): Promise<Payment> {
    const { timeout = 60_000, interval = 500 } = wait;
    const deadline = Date.now() + timeout;
    for (;;) {
      const payment = await this.get(id);
      if (statuses.includes(payment.status)) {
        return payment;
      }
      if (Date.now() + interval > deadline) {
        const wanted = statuses.join(" or ");
        throw new TillError("not_in_time", `${id} is ${payment.status}, not ${wanted}, after ${timeout} ms`);
      }
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
}

/** The header with the caller's key, if there is one. */
export function keyOf({ idempotencyKey }: Write): { "Idempotency-Key"?: string } {
  return idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
}

function headersOf({ wait = 25, ...write }: Operation): { "Idempotency-Key"?: string; Prefer: string } {
  return { ...keyOf(write), Prefer: `wait=${wait}` };
}
