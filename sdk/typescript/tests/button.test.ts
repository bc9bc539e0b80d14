import assert from "node:assert/strict";
import { test } from "node:test";

import { checkoutUrl, linkAttributes } from "@till/client/button";

test("the button opens web pages and nothing else", () => {
  assert.equal(checkoutUrl("https://till.example/checkout/pay_1"), "https://till.example/checkout/pay_1");
  assert.equal(checkoutUrl("/checkout/pay_1", "https://shop.example/cart"), "https://shop.example/checkout/pay_1");
  for (const href of ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "", "/checkout", null, undefined]) {
    assert.equal(checkoutUrl(href), undefined, String(href));
  }
});

test("a button without an address says that it cannot be used", () => {
  assert.deepEqual(linkAttributes({}), { role: "link", "aria-disabled": "true" });
  assert.deepEqual(linkAttributes({ href: "javascript:alert(1)" }), { role: "link", "aria-disabled": "true" });
});

test("a new tab cannot reach back into the shop's page", () => {
  const href = "https://till.example/checkout/pay_1";
  assert.deepEqual(linkAttributes({ href }), { href });
  assert.deepEqual(linkAttributes({ href, newTab: true }), { href, target: "_blank", rel: "noopener" });
});
