import { Amount } from "../common/components/Amount";
import { Progress } from "../common/components/Progress";
import { Status } from "../common/components/Status";
import { dateTime, duration } from "../common/i18n";
import { amountOf, tokenName } from "../common/token";
import { useNow } from "../common/useNow";
import type { Campaign } from "./data";
import { progressOf } from "./progress";
import { kindOf, termsOf } from "./terms";
import { words } from "./words";

/** What the campaign is for, how far it has come, and what it promises. */
export function Summary({ campaign }: { campaign: Campaign }) {
  const { title, description, merchant_name, raised, goal, donors, donations, deadline, status } = campaign;
  const { percent, bar } = progressOf(BigInt(raised.base_units), BigInt(goal.base_units));
  const text = words("progress_text", {
    percent,
    raised: amountOf(raised.value, campaign),
    goal: amountOf(goal.value, campaign),
  });
  return (
    <section class="card column-main" aria-labelledby="title">
      <div class="heading">
        <Status kind={kindOf(status)}>{words(`status_${status}`)}</Status>
        <h1 id="title">{title ?? words("untitled")}</h1>
        {merchant_name && <p class="muted">{words("by", { name: merchant_name })}</p>}
      </div>
      {description && <p class="description">{description}</p>}
      <div class="stack">
        <p>
          <Amount value={raised.value} symbol={tokenName(campaign)} large />
          <br />
          <span class="muted">{words("raised_of", { goal: amountOf(goal.value, campaign) })}</span>
        </p>
        <Progress bps={bar * 100} label={words("progress")} text={text} />
        <ul class="figures">
          <li>{words("percent", { percent })}</li>
          <li>{words("donors", { count: donors })}</li>
          <li>{words("donations", { count: donations })}</li>
          {status === "open" && <TimeLeft deadline={deadline} />}
        </ul>
      </div>
      <p class="terms">{words(termsOf(campaign), { date: dateTime(deadline, "long") })}</p>
    </section>
  );
}

/** The status is the chain's; until it has changed there, a second is left at least. */
function TimeLeft({ deadline }: { deadline: string }) {
  const seconds = (Date.parse(deadline) - useNow()) / 1000;
  return (
    <li>
      <time dateTime={deadline}>{words("time_left", { time: duration(Math.max(1, seconds)) })}</time>
    </li>
  );
}
