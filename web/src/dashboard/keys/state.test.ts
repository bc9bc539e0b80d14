import { expect, it } from "vitest";

import { stateOf } from "./state";

const KEY = { id: "key_1", name: "shop", prefix: "till_rk_", created_at: "2026-01-01T00:00:00Z" };
const NOW = Date.parse("2026-01-02T00:00:00Z");

it("a key works until it is revoked or expires, also when another took its place", () => {
  expect(stateOf(KEY, NOW)).toBe("active");
  expect(stateOf({ ...KEY, replaced_by: "key_2", expires_at: "2026-01-03T00:00:00Z" }, NOW)).toBe("rotated");
  expect(stateOf({ ...KEY, replaced_by: "key_2", expires_at: "2026-01-02T00:00:00Z" }, NOW)).toBe("expired");
  expect(stateOf({ ...KEY, revoked_at: "2026-01-01T12:00:00Z", expires_at: "2026-01-03T00:00:00Z" }, NOW)).toBe("revoked");
});
