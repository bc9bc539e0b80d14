import { describe, expect, it } from "vitest";

import { choose } from "./choice";

const between = { min_amount: "1.00", max_amount: "500.00" };
const free = { min_amount: null, max_amount: null };

describe("what a customer chooses", () => {
  it("is written as the API reads it, whatever the customer's decimal sign", () => {
    expect(choose("12,5", between)).toEqual({ amount: "12.50", fault: null });
    expect(choose(" 3 ", between)).toEqual({ amount: "3.00", fault: null });
  });

  it("is within the merchant's bounds, which are included", () => {
    expect(choose("1", between).fault).toBe(null);
    expect(choose("0.999999999", between).fault).toBe("below");
    expect(choose("500", between).fault).toBe(null);
    expect(choose("500.01", between).fault).toBe("above");
    expect(choose("1000000", free).fault).toBe(null);
  });

  it("is an amount above nothing", () => {
    expect(choose("", free).fault).toBe("malformed");
    expect(choose("ten", free).fault).toBe("malformed");
    expect(choose("0.00", free).fault).toBe("zero");
    expect(choose("0.0000000001", free).fault).toBe("too_precise");
  });
});
