import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ALIVE, forgetSent, recallSent, rememberSent } from "./sent";
import { NOW } from "./testing";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

afterEach(() => void vi.unstubAllGlobals());

it("a transaction is waited for as long as it can come, and only for its payment", () => {
  const sent = { signature: "5VER", at: NOW };
  rememberSent("pay_1", sent);
  expect(recallSent("pay_1", NOW + ALIVE - 1)).toEqual(sent);
  expect(recallSent("pay_1", NOW + ALIVE)).toBeNull();
  expect(recallSent("pay_1", NOW - 1)).toBeNull();
  expect(recallSent("pay_2", NOW)).toBeNull();
  forgetSent("pay_1");
  expect(recallSent("pay_1", NOW)).toBeNull();
});

it("what is not ours in the storage, or no storage, is no transaction", () => {
  for (const text of ["{", "null", "7", '{"signature":5,"at":1}', '{"signature":"s"}']) {
    sessionStorage.setItem("till.sent.pay_1", text);
    expect(recallSent("pay_1", NOW), text).toBeNull();
  }
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new Error("SecurityError");
    },
  });
  expect(recallSent("pay_1", NOW)).toBeNull();
});
