import { expect, it } from "vitest";

import { backToShop, inPhantom } from "./links";

it("leads back to the web and nowhere else", () => {
  expect(backToShop("https://shop.example/thanks?o=1")).toBe("https://shop.example/thanks?o=1");
  expect(backToShop("http://localhost:3000/")).toBe("http://localhost:3000/");
  for (const other of [null, "", "javascript:alert(1)", "data:text/html,x", "/thanks", "shop.example"]) {
    expect(backToShop(other), String(other)).toBeNull();
  }
});

it("gives Phantom the page and who sends it", () => {
  expect(inPhantom("https://pay.example/checkout/pay_1?a=b")).toBe(
    "https://phantom.app/ul/browse/https%3A%2F%2Fpay.example%2Fcheckout%2Fpay_1%3Fa%3Db?ref=https%3A%2F%2Fpay.example",
  );
});
