import { answered, type Api } from "./http.js";
import { everyPage } from "./pages.js";
import { keyOf, type Write } from "./payments.js";
import type { LinkChange, LinkFilter, LinkRequest, PaymentLink } from "./types.js";

/** Payment links: pages where each customer gets a payment, of the link's amount or of one that the customer chooses. */
export class Links {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  create(body: LinkRequest, write: Write = {}): Promise<PaymentLink> {
    return answered(this.#api.POST("/v1/payment_links", { body, params: { header: keyOf(write) } }));
  }

  get(id: string): Promise<PaymentLink> {
    return answered(this.#api.GET("/v1/payment_links/{id}", { params: { path: { id } } }));
  }

  /** Latest first. */
  list(filter: LinkFilter = {}): AsyncGenerator<PaymentLink, void, undefined> {
    const page = (cursor: string | undefined) => {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      return answered(this.#api.GET("/v1/payment_links", { params: { query } }));
    };
    return everyPage(page, filter.cursor);
  }

  /** Changes its words, or switches it off and on. */
  change(id: string, body: LinkChange): Promise<PaymentLink> {
    return answered(this.#api.PATCH("/v1/payment_links/{id}", { params: { path: { id } }, body }));
  }
}
