import { Loaded } from "../common/components/Loaded";
import { Page } from "../common/components/Page";
import { Share } from "../common/components/Share";
import { subject } from "../common/subject";
import { usePolled } from "../common/usePolled";
import { useWallet } from "../common/useWallet";
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
