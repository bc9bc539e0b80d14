import { describe, expect, it } from "vitest";

import { IdempotencyKeys } from "./idempotency";

describe("idempotency keys", () => {
  it("are the same for the same request until it is done", () => {
    const keys = new IdempotencyKeys();
    const first = keys.headers("/capture", { amount: "5" });
    expect(keys.headers("/capture", { amount: "5" })).toEqual(first);
    keys.done("/capture", { amount: "5" });
    expect(keys.headers("/capture", { amount: "5" })).not.toEqual(first);
  });

  it("are others for another request", () => {
    const keys = new IdempotencyKeys();
    const all = [["/capture", {}], ["/refund", {}], ["/capture", { amount: "5" }]] as const;
    const made = all.map(([path, body]) => keys.headers(path, body)["idempotency-key"]);
    expect(new Set(made).size).toBe(3);
    expect(made[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
