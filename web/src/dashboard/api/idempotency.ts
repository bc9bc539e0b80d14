import { randomKey } from "../../common/idempotency";

/** Gives the same key to the same request until it is done, so that what is tried again happens once. */
export class IdempotencyKeys {
  #keys = new Map<string, string>();

  headers(path: string, body: unknown): Record<string, string> {
    const request = this.#name(path, body);
    const key = this.#keys.get(request) ?? randomKey();
    this.#keys.set(request, key);
    return { "idempotency-key": key };
  }

  /** The request was answered: the next one like it is meant as another. */
  done(path: string, body: unknown): void {
    this.#keys.delete(this.#name(path, body));
  }

  #name(path: string, body: unknown): string {
    return `${path} ${JSON.stringify(body)}`;
  }
}
