import { language } from "../../common/i18n";

/** The name of a bucket of time, as short as an axis needs it, in the reader's own time. */
export function bucketLabel(time: string, interval: "hour" | "day"): string {
  const format: Intl.DateTimeFormatOptions =
    interval === "hour" ? { hour: "2-digit", minute: "2-digit" } : { month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(language.value, format).format(new Date(time));
}
