import { expect, it } from "vitest";

import { requestOf, type Draft } from "./request";

const DRAFT: Draft = {
  ...{ title: " Coffee ", description: "", token: "USDC", chooses: false, amount: "2,50" },
  ...{ least: "1", most: "", suggested: "2 5,5;10", immediate: true, redirect: " " },
};

it("a link of one amount asks for that and for no bounds", () => {
  expect(requestOf(DRAFT)).toEqual({ title: "Coffee", token: "USDC", capture_mode: "immediate", amount: "2.50" });
});

it("a link of the customer's choice has bounds and suggestions and no amount", () => {
  expect(requestOf({ ...DRAFT, chooses: true })).toEqual({
    ...{ title: "Coffee", token: "USDC", capture_mode: "immediate" },
    ...{ min_amount: "1", suggested_amounts: ["2", "5.5", "10"] },
  });
});
