import { Loaded } from "../shared/components/Loaded";
import { Page } from "../shared/components/Page";
import { Share } from "../shared/components/Share";
import { subject } from "../shared/subject";
import { usePolled } from "../shared/usePolled";
import { useWallet } from "../shared/useWallet";
import type { Campaign, Donation, Receipt } from "./data";
import { Details } from "./Details";
import { DonateCard } from "./DonateCard";
import { OwnerCard } from "./OwnerCard";
import { ReceiptCard } from "./ReceiptCard";
import { Recent } from "./Recent";
import { Summary } from "./Summary";
import { words } from "./words";

/** How often is asked what has happened, in seconds. */
const EVERY = 5;

export function App() {
  const base = `/v1/campaigns/${encodeURIComponent(subject())}`;
  const { address } = useWallet();
  const answer = usePolled<Campaign>(base, EVERY);
  const donations = usePolled<{ data: Donation[] }>(answer.data && `${base}/donations`, EVERY);
  const receipt = usePolled<Receipt>(answer.data && address && `${base}/receipts/${address}`, EVERY);

  return (
    <Page title={answer.data?.title ?? words("page_title")} width="wide">
      <Loaded answer={answer} title={words("page_title")} missing={words("missing")}>
        {(campaign) => (
          <div class="columns">
            <Summary campaign={campaign} />
            <div class="column-side">
              {campaign.status === "open" && <DonateCard campaign={campaign} donations={donations} />}
              <ReceiptCard campaign={campaign} receipt={receipt} />
              <OwnerCard campaign={campaign} answer={answer} />
            </div>
            <div class="column-main">
              <Recent campaign={campaign} donations={donations} />
              <Share url={campaign.page_url} title={campaign.title ?? words("untitled")} />
              <Details campaign={campaign} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
