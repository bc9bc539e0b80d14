import { expect, it } from "vitest";

import { fromBase64, toWalletError, WalletError } from "./wallet";

it.each([
  [{ code: 4001, message: "?" }],
  [new Error("User rejected the request.")],
  [new Error("Transaction cancelled")],
  [new Error("Approval Denied")],
  [new Error("The user declined")],
])("knows a refusal by its code or its words: %o", (error) => {
  expect(toWalletError(error).fault).toBe("declined");
});

it.each([[new Error("Blockhash not found")], [new Error("fetch failed")], ["no"], [undefined], [{ code: -32603 }]])(
  "takes nothing else for a refusal: %o",
  (error) => {
    expect(toWalletError(error).fault).toBe("failed");
  },
);

it("keeps what is known already", () => {
  const error = new WalletError("wrong_network", "rejected");
  expect(toWalletError(error)).toBe(error);
});

it("reads base64 as bytes", () => {
  expect([...fromBase64("AP+A")]).toEqual([0, 255, 128]);
});
