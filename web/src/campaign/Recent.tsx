import { Card } from "../common/components/Card";
import { Entries } from "../common/components/Entries";
import { tokenName } from "../common/token";
import type { Polled } from "../common/usePolled";
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
  const entries = donations.data.data.slice(0, SHOWN).map(({ donor, amount, signature, donated_at }) => ({
    who: donor,
    amount: amount.value,
    signature,
    at: donated_at,
  }));
  const none = words(campaign.status === "open" ? "recent_none" : "recent_none_ended");
  return (
    <Card title={words("recent_title")}>
      {entries.length === 0 && <p class="muted">{none}</p>}
      <Entries entries={entries} symbol={tokenName(campaign)} who={words("donor")} />
    </Card>
  );
}
