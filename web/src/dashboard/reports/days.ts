import { date } from "../../common/i18n";

/** A day such as 2026-11-01 as the reader writes it: it is the reader's day, and no moment in UTC. */
export function localDay(day: string): string {
  return date(`${day}T12:00:00`);
}
