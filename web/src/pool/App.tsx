import { Loaded } from "../common/components/Loaded";
import { Page } from "../common/components/Page";
import { Share } from "../common/components/Share";
import { subject } from "../common/subject";
import { tokenName } from "../common/token";
import { usePolled } from "../common/usePolled";
import { useWallet } from "../common/useWallet";
import { Calculator } from "./Calculator";
import type { Pool, Position } from "./data";
import { Details } from "./Details";
import { Positions } from "./Positions";
import { Rewards } from "./Rewards";
import { StakeCard } from "./StakeCard";
import { Summary } from "./Summary";
import { words } from "./words";

/** How often is asked what has happened, in seconds. */
const EVERY = 10;

export function App() {
  const base = `/v1/pools/${encodeURIComponent(subject())}`;
  const { address } = useWallet();
  const pool = usePolled<Pool>(base, EVERY);
  const positions = usePolled<{ data: Position[] }>(pool.data && address && `${base}/positions?owner=${address}`, EVERY);
  const answers = { pool, positions };

  return (
    <Page title={pool.data ? titleOf(pool.data) : words("page_title")} width="wide">
      <Loaded answer={pool} title={words("page_title")} missing={words("missing")}>
        {(pool) => (
          <div class="columns">
            <Summary pool={pool} title={titleOf(pool)} />
            <div class="column-side">
              {address && <Positions pool={pool} answers={answers} />}
              {(!pool.retired || !address) && <StakeCard pool={pool} answers={answers} />}
            </div>
            <div class="column-main">
              <Rewards pool={pool} />
              {!pool.retired && <Calculator pool={pool} />}
              <Share url={pool.page_url} title={titleOf(pool)} />
              <Details pool={pool} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function titleOf(pool: Pool): string {
  return pool.title ?? words("title", { token: tokenName(pool) });
}
