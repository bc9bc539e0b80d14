import { Card } from "../common/components/Card";
import { Entries } from "../common/components/Entries";
import { tokenName } from "../common/token";
import type { Burns } from "./data";
import { words } from "./words";

export function Recent({ burns }: { burns: Burns }) {
  const entries = burns.recent.map(({ owner, amount, signature, burned_at }) => ({
    who: owner,
    amount: amount.value,
    signature,
    at: burned_at,
  }));
  return (
    <Card title={words("recent_title")}>
      {entries.length === 0 && <p class="muted">{words("recent_none")}</p>}
      <Entries entries={entries} symbol={tokenName(burns)} who={words("holder")} nobody={words("recent_fees")} />
    </Card>
  );
}
