import { Facts } from "../common/components/Facts";
import { Loaded } from "../common/components/Loaded";
import { Page } from "../common/components/Page";
import { Share } from "../common/components/Share";
import { subject } from "../common/subject";
import { tokenName } from "../common/token";
import { usePolled } from "../common/usePolled";
import { BurnCard } from "./BurnCard";
import type { Burns } from "./data";
import { Recent } from "./Recent";
import { Summary } from "./Summary";
import { words } from "./words";

/** How often is asked what has happened, in seconds. */
const EVERY = 10;

export function App() {
  const answer = usePolled<Burns>(`/v1/burns/${encodeURIComponent(subject())}`, EVERY);
  const title = answer.data && words("title", { token: tokenName(answer.data) });
  return (
    <Page title={title ?? words("page_title")} width="wide">
      <Loaded answer={answer} title={words("page_title")} missing={words("missing")}>
        {(burns) => (
          <div class="columns">
            <Summary burns={burns} title={title ?? words("page_title")} />
            <div class="column-side">
              <BurnCard burns={burns} answer={answer} />
            </div>
            <div class="column-main">
              <Recent burns={burns} />
              <Share url={burns.page_url} title={title ?? words("page_title")} />
              <Facts title={words("details_title")} addresses={[[words("token"), burns.mint]]} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
