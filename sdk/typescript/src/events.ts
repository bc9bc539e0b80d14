import { answered, type Api } from "./http.js";
import type { EventFilter, TillEvent } from "./types.js";

/** Seconds for which the API is let wait for something to happen. */
const WAIT = 25;

/** What the merchant is told, in order and without a gap. */
export class Events {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** What has happened after the event with the sequence `after`, oldest first; ends with the newest. */
  list(filter: EventFilter = {}): AsyncGenerator<TillEvent, void, undefined> {
    return this.#read(filter, false);
  }

  /** The same, and then what happens from now on, as it happens. Does not end. */
  follow(filter: EventFilter = {}): AsyncGenerator<TillEvent, void, undefined> {
    return this.#read({ wait: WAIT, ...filter }, true);
  }

  async *#read(filter: EventFilter, goesOn: boolean): AsyncGenerator<TillEvent, void, undefined> {
    let after = filter.after ?? 0;
    for (;;) {
      const query = { ...filter, after };
      const page = await answered(this.#api.GET("/v1/events", { params: { query } }));
      // The document cannot say more of a body than that it is what webhooks carry.
      yield* page.data as unknown as TillEvent[];
      if (page.last_sequence === after && !goesOn) return;
      after = page.last_sequence;
    }
  }
}
