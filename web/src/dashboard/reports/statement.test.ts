import { expect, it } from "vitest";

import { balances, movedBy } from "./statement";

const holding = (escrow: string, balance: string, fees: string) => ({ escrow, balance, fees });
const OPENING = holding("10.000000", "5.000000", "0.000000");
const LINES = [holding("-4.000000", "3.960000", "0.040000"), holding("1.000000", "-2.000000", "0.000000")];

it("a statement adds up when opening and movements come to the closing", () => {
  expect(movedBy(LINES)).toEqual(holding("-3.000000", "1.960000", "0.040000"));
  expect(balances(OPENING, LINES, holding("7.000000", "6.960000", "0.040000"))).toBe(true);
});

it("a statement that is off by a base unit in any part does not add up", () => {
  for (const closing of [
    holding("7.000001", "6.960000", "0.040000"),
    holding("7.000000", "6.959999", "0.040000"),
    holding("7.000000", "6.960000", "0.040001"),
  ]) {
    expect(balances(OPENING, LINES, closing)).toBe(false);
  }
});
