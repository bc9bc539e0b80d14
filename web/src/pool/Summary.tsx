import { Amount } from "../common/components/Amount";
import { Status } from "../common/components/Status";
import { duration } from "../common/i18n";
import { tokenName } from "../common/token";
import type { Pool } from "./data";
import { words } from "./words";

interface Props {
  pool: Pool;
  title: string;
}

/** What is staked here, and on which terms. */
export function Summary({ pool, title }: Props) {
  const { description, merchant_name, staked, cooling, positions, cooldown_seconds, retired } = pool;
  const symbol = tokenName(pool);
  return (
    <section class="card column-main" aria-labelledby="title">
      <div class="heading">
        <Status kind={retired ? "neutral" : "good"}>{words(retired ? "status_retired" : "status_open")}</Status>
        <h1 id="title">{title}</h1>
        {merchant_name && <p class="muted">{words("by", { name: merchant_name })}</p>}
      </div>
      {description && <p class="description">{description}</p>}
      <dl class="tiles">
        <div>
          <dt>{words("staked")}</dt>
          <dd>
            <Amount value={staked.value} symbol={symbol} />
          </dd>
        </div>
        <div>
          <dt>{words("positions")}</dt>
          <dd>{words("count", { count: positions })}</dd>
        </div>
        <div>
          <dt>{words("cooldown")}</dt>
          <dd>{cooldown_seconds > 0 ? duration(cooldown_seconds) : words("none")}</dd>
        </div>
        {BigInt(cooling.base_units) > 0n && (
          <div>
            <dt>{words("cooling")}</dt>
            <dd>
              <Amount value={cooling.value} symbol={symbol} />
            </dd>
          </div>
        )}
      </dl>
      <p class="terms">{words(retired ? "promise_retired" : "promise")}</p>
    </section>
  );
}
