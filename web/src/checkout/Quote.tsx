import { clock, secondsUntil } from "./countdown";
import { t } from "./words";

/** Until when the converted amount holds. */
export function Quote({ moment, now }: { moment: string; now: number }) {
  const seconds = secondsUntil(moment, now);
  return (
    <p class="hint">
      {seconds === 0 ? t("quote_renewing") : t("quote_left", { time: clock(seconds) })}
    </p>
  );
}
