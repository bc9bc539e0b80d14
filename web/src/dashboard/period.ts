/** Parts of the past, in the reader's own time. Pure. */

export const PERIODS = ["today", "week", "month"] as const;
export type PeriodName = (typeof PERIODS)[number];

export interface Period {
  /** Days such as 2026-11-01, which begin in `time_zone`. `to` is the first day behind the period. */
  from: string;
  to: string;
  /** Such as `+02:00`. */
  time_zone: string;
}

const DAYS = { today: 1, week: 7, month: 30 };

/** The days up to and with today. */
export function period(name: PeriodName, now: Date): Period {
  return lastDays(DAYS[name], now);
}

export function lastDays(count: number, now: Date): Period {
  return { from: day(now, 1 - count), to: day(now, 1), time_zone: offset(now) };
}

/** A period from a day to another, both included; nothing if there is no such. */
export function between(first: string, last: string, now: Date): Period | null {
  const [from, to] = [midnight(first), midnight(last)];
  return from && to && from <= to ? { from: day(from, 0), to: day(to, 1), time_zone: offset(now) } : null;
}

/** The local day so many days after that of a moment. */
export function day(moment: Date, shift: number): string {
  const shifted = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + shift);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${shifted.getFullYear()}-${two(shifted.getMonth() + 1)}-${two(shifted.getDate())}`;
}

function midnight(text: string): Date | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year ? new Date(Number(year), Number(month) - 1, Number(date)) : null;
}

/** How far the reader's clock is ahead of UTC. */
export function offset(now: Date): string {
  const minutes = -now.getTimezoneOffset();
  const two = (number: number) => String(Math.trunc(number)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
