import type { components, paths } from "./generated/api.js";

/** The bodies of requests and answers, by their names in the OpenAPI document. */
export type Schemas = components["schemas"];

export type Payment = Schemas["PaymentAnswer"];
export type PaymentRequest = Schemas["PaymentRequest"];
export type PaymentStatus = Schemas["PaymentStatus"];
export type Transaction = Schemas["TransactionAnswer"];
export type Money = Schemas["Money"];
export type PaymentLink = Schemas["LinkAnswer"];
export type LinkRequest = Schemas["LinkRequest"];
export type LinkChange = Schemas["ChangeRequest"];
export type Transfer = Schemas["Transfer"];

/** What payments are listed by. */
export type PaymentFilter = NonNullable<paths["/v1/payments"]["get"]["parameters"]["query"]>;
/** What payment links are listed by. */
export type LinkFilter = NonNullable<paths["/v1/payment_links"]["get"]["parameters"]["query"]>;
/** What events are listed by. */
export type EventFilter = NonNullable<paths["/v1/events"]["get"]["parameters"]["query"]>;

interface EventOf<Type extends string, Data> extends Omit<Schemas["Event"], "type" | "data"> {
  type: Type;
  data: Data;
}

/** What is told of a payment, as it was after the event. */
export interface PaymentData {
  payment: Schemas["Payment"];
  /** The payment's sequence after the event: orders the events of one payment. */
  sequence?: number;
  /** Of what an operation did: that operation. */
  transaction?: Schemas["Transaction"];
  /** Of what plain transfers did: the new ones. */
  transfers?: Transfer[];
}

/** What is told when a webhook endpoint gets nothing more. */
export interface EndpointPaused {
  endpoint: string;
  url: string;
  reason: string;
  paused_at?: string | null;
  failing_since?: string | null;
  last_error?: string | null;
}

/** The body of a webhook, and an entry of `GET /v1/events`. `type` tells what `data` is. */
export type TillEvent = EventOf<`payment.${string}`, PaymentData> | EventOf<"endpoint.paused", EndpointPaused>;
