import { Amount } from "../common/components/Amount";
import { Progress } from "../common/components/Progress";
import { percent } from "../common/i18n";
import { shareBps } from "../common/money";
import { tokenName } from "../common/token";
import type { Burns } from "./data";
import { words } from "./words";

interface Props {
  burns: Burns;
  title: string;
}

/** What is gone, and what is left. */
export function Summary({ burns: known, title }: Props) {
  const { supply, burned, burns } = known;
  const symbol = tokenName(known);
  const total = BigInt(burned.total.base_units);
  const share = total > 0n ? shareBps(total, total + BigInt(supply.base_units)) : 0;
  const text = words("share", { percent: percent(share) });
  const tiles = [
    ["by_holders", burned.by_holders],
    ["from_fees", burned.from_fees],
    ["supply", supply],
  ] as const;
  return (
    <section class="card column-main" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      <div class="stack">
        <p>
          <Amount value={burned.total.value} symbol={symbol} large />
          <br />
          <span class="muted">{words("total")}</span>
        </p>
        <Progress bps={share} label={words("share_label")} text={text} />
        <p>{text}</p>
      </div>
      <dl class="tiles">
        {tiles.map(([key, amount]) => (
          <div key={key}>
            <dt>{words(key)}</dt>
            <dd>
              <Amount value={amount.value} symbol={symbol} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{words("count")}</dt>
          <dd>{words("number", { count: burns })}</dd>
        </div>
      </dl>
      <p class="terms">{words("explained")}</p>
    </section>
  );
}
