import { Alert } from "../common/components/Alert";
import { Card } from "../common/components/Card";
import { Loaded } from "../common/components/Loaded";
import { Page } from "../common/components/Page";
import { Share } from "../common/components/Share";
import { subject } from "../common/subject";
import { usePolled } from "../common/usePolled";
import type { LinkTerms } from "./data";
import { PayForm } from "./PayForm";
import { words } from "./words";

/** How often is asked whether the link is still on, in seconds. */
const EVERY = 60;

export function App() {
  const link = usePolled<LinkTerms>(`/links/${encodeURIComponent(subject())}/terms`, EVERY);
  return (
    <Page title={link.data?.title ?? words("page_title")}>
      <Loaded answer={link} title={words("page_title")} missing={words("missing")}>
        {(link) => (
          <>
            <Card>
              <div class="heading">
                <p class="muted">{link.merchant_name}</p>
                <h1>{link.title}</h1>
              </div>
              {link.description && <p class="description">{link.description}</p>}
              {link.active ? <PayForm link={link} /> : <Inactive merchant={link.merchant_name} />}
            </Card>
            {link.active && <Share url={link.page_url} title={link.title} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Inactive({ merchant }: { merchant: string }) {
  return (
    <Alert kind="warning" title={words("inactive_title")}>
      {words("inactive", { merchant })}
    </Alert>
  );
}
