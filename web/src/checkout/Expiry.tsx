import { dateTime } from "../common/i18n";
import { clock, LONGEST, secondsUntil } from "./countdown";
import { t } from "./words";

/** From how many seconds before the end it is told to who cannot see the clock. */
const SOON = 60;

/** Until when the payment can be made: a clock if that is near, else the date. */
export function Expiry({ moment, now }: { moment: string; now: number }) {
  const seconds = secondsUntil(moment, now);
  if (seconds > LONGEST) {
    return <p class="hint">{t("pay_until", { until: dateTime(moment) })}</p>;
  }
  return (
    <p class={seconds <= SOON ? "expiry expiry-soon" : "expiry"}>
      <span>{t("time_left")}</span>{" "}
      <span role="timer" class="amount">
        {clock(seconds)}
      </span>
      <span class="visually-hidden" role="status">
        {seconds > 0 && seconds <= SOON ? t("time_left_soon") : ""}
      </span>
    </p>
  );
}
