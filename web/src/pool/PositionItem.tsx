import { useState } from "preact/hooks";

import { Button } from "../common/components/Button";
import { dateTime, duration } from "../common/i18n";
import { amountOf } from "../common/token";
import type { Action } from "./arrived";
import type { Pool, Position } from "./data";
import { canUnstake, stateOf } from "./position";
import { lockWords, weightWords } from "./TierChoice";
import { UnstakeDialog } from "./UnstakeDialog";
import type { Details } from "./usePoolTransaction";
import { words } from "./words";

interface Props {
  pool: Pool;
  position: Position;
  /** Its place in the list. */
  number: number;
  /** The chain's time, in unix seconds. */
  now: number;
  busy: boolean;
  act: (action: Action, details?: Details) => Promise<void>;
}

/** One stake, where it stands, and what can be done with it. */
export function PositionItem({ pool, position, number, now, busy, act }: Props) {
  const [asking, setAsking] = useState(false);
  const { address, amount, cooling, unlock_at, available_at } = position;
  const state = stateOf(position, now);
  const tier = pool.tiers[position.tier];
  const isOwed = position.claimable.some((claimable) => BigInt(claimable.amount.base_units) > 0n);
  return (
    <li class="position">
      <h3>
        {words("position", { number })}
        {tier && <span class="hint"> · {`${lockWords(tier)}, ${weightWords(tier)}`}</span>}
      </h3>
      <dl class="facts">
        {state.stake !== "none" && (
          <>
            <dt>{words("position_staked")}</dt>
            <dd>{amountOf(amount.value, pool)}</dd>
          </>
        )}
        {state.stake === "locked" && (
          <>
            <dt>{words("position_lock")}</dt>
            <dd>
              <Until moment={unlock_at} seconds={state.lockedFor} />
            </dd>
          </>
        )}
        {state.exit !== "none" && (
          <>
            <dt>{words("position_cooling")}</dt>
            <dd>{amountOf(cooling.value, pool)}</dd>
          </>
        )}
        {state.exit === "cooling" && available_at && (
          <>
            <dt>{words("position_available")}</dt>
            <dd>
              <Until moment={available_at} seconds={state.coolingFor} />
            </dd>
          </>
        )}
      </dl>
      {state.stake === "free" && <p class="hint">{words(state.exit === "ready" ? "withdraw_first" : "position_free")}</p>}
      {state.closable && <p class="hint">{words(isOwed ? "close_claim_first" : "close_hint")}</p>}
      <div class="row">
        {state.exit === "ready" && (
          <Button kind="secondary" disabled={busy} onClick={() => void act("withdraw", { position: address })}>
            {words("withdraw", { amount: amountOf(cooling.value, pool) })}
          </Button>
        )}
        {canUnstake(state) && (
          <Button kind="secondary" disabled={busy} onClick={() => setAsking(true)}>
            {words("unstake")}
          </Button>
        )}
        {state.closable && !isOwed && (
          <Button kind="secondary" disabled={busy} onClick={() => void act("close_position", { position: address })}>
            {words("close")}
          </Button>
        )}
      </div>
      {asking && (
        <UnstakeDialog
          pool={pool}
          position={position}
          isCooling={state.exit === "cooling"}
          onClose={() => setAsking(false)}
          onUnstake={(amount) => {
            setAsking(false);
            void act("unstake", { position: address, amount });
          }}
        />
      )}
    </li>
  );
}

/** A moment, and how long it is until then. */
function Until({ moment, seconds }: { moment: string; seconds: number }) {
  return (
    <>
      <time dateTime={moment}>{dateTime(moment)}</time>
      <br />
      <span class="hint">{words("position_left", { time: duration(seconds) })}</span>
    </>
  );
}
