import { Address } from "../shared/components/Address";
import { Amount } from "../shared/components/Amount";
import { Card } from "../shared/components/Card";
import { dateTime } from "../shared/i18n";
import { lookUp } from "../shared/lookUp";
import { tokenName } from "../shared/token";
import type { Polled } from "../shared/usePolled";
import type { Campaign, Donation } from "./data";
import { words } from "./words";

interface Props {
  campaign: Campaign;
  donations: Polled<{ data: Donation[] }>;
}

/** How many are shown. */
const SHOWN = 10;

export function Recent({ campaign, donations }: Props) {
  if (!donations.data) {
    return null;
  }
  const recent = donations.data.data.slice(0, SHOWN);
  return (
    <Card title={words("recent_title")}>
      {recent.length === 0 && (
        <p class="muted">{words(campaign.status === "open" ? "recent_none" : "recent_none_ended")}</p>
      )}
      <ul class="entries">
        {recent.map(({ donor, amount, signature, donated_at }) => (
          <li key={signature}>
            <span class="entry-who">
              <Address value={donor} name={words("donor")} copy={false} />
              <a class="hint" href={lookUp("transaction", signature)} target="_blank" rel="noopener noreferrer">
                <time dateTime={donated_at}>{dateTime(donated_at)}</time>
              </a>
            </span>
            <Amount value={amount.value} symbol={tokenName(campaign)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
