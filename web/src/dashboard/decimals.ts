/** Sums of decimal text, exact. */

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The sum, with as many digits behind the point as the longest has. What is no decimal counts as nothing. */
export function sum(values: readonly string[]): string {
  const digits = Math.max(0, ...values.map((value) => DECIMAL.exec(value)?.[3]?.length ?? 0));
  const total = values.reduce((total, value) => total + scaled(value, digits), 0n);
  return written(total, digits);
}

export function negated(value: string): string {
  return value.startsWith("-") ? value.slice(1) : `-${value}`;
}

export function isEqual(one: string, other: string): boolean {
  return isZero(sum([one, negated(other)]));
}

export function isZero(value: string): boolean {
  return !/[1-9]/.test(value);
}

/** Without the zeros at the end, but with two digits where there were as many: money reads as 25.00. */
export function trimmed(value: string): string {
  const [whole = "", fraction = ""] = value.split(".");
  const kept = fraction.replace(/0+$/, "").padEnd(Math.min(2, fraction.length), "0");
  return kept === "" ? whole : `${whole}.${kept}`;
}

function scaled(value: string, digits: number): bigint {
  const [, sign = "", whole = "0", fraction = ""] = DECIMAL.exec(value) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(digits, "0")}`);
}

function written(value: bigint, digits: number): string {
  const sign = value < 0n ? "-" : "";
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
