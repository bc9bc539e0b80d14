import { expect, it } from "vitest";

import { ApiProblem, ConnectionLost } from "../common/api";
import { toWalletError } from "../common/wallet";
import { remedy } from "./fault";

const problem = (code: string) =>
  new ApiProblem({ type: "about:blank", title: "", status: 409, code, detail: "no" });

it("a transaction that got too old is made anew", () => {
  for (const said of [
    "Transaction simulation failed: Blockhash not found",
    "TransactionExpiredBlockheightExceededError: block height exceeded",
    "Transaction has expired",
  ]) {
    expect(remedy(toWalletError(new Error(said))), said).toBe("fresh");
  }
});

it("what happened meanwhile is looked at, and all else tried again", () => {
  expect(["payment_already_paid", "payment_cancelled", "payment_expired"].map((code) => remedy(problem(code)))).toEqual(
    Array(3).fill("look"),
  );
  expect(remedy(problem("insufficient_funds"))).toBe("again");
  expect(remedy(toWalletError({ code: 4001, message: "User rejected the request." }))).toBe("again");
  expect(remedy(new ConnectionLost())).toBe("again");
});
