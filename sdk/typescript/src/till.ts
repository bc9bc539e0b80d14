import { Events } from "./events.js";
import { createApi, type Api, type Options } from "./http.js";
import { Links } from "./links.js";
import { Payments } from "./payments.js";

/** The API of a Till gateway, as one merchant. */
export class Till {
  readonly payments: Payments;
  readonly events: Events;
  readonly links: Links;
  /**
   * Every other operation, by its path: `till.api.GET("/v1/merchant")`. It answers `{ data, error, response }` and throws
   * no problem; {@link answered} does, and gives the body.
   */
  readonly api: Api;

  constructor(options: Options) {
    this.api = createApi(options);
    this.payments = new Payments(this.api);
    this.events = new Events(this.api);
    this.links = new Links(this.api);
  }
}
