/** How much time is left. Pure. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Longer than this is told as a date: nobody waits for it. */
export const LONGEST = 24 * HOUR;

/** Whole seconds from `now` until `moment`, rounded up so that 0 means that it has come; both in milliseconds. */
export function secondsUntil(moment: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(moment) - now) / 1000));
}

/** Seconds as a clock shows them: `4:05`, `1:02:03`. */
export function clock(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const rest = two(seconds % MINUTE);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
