import { duration, language } from "../common/i18n";
import type { Tier } from "./data";
import { words } from "./words";

/** How long a tier locks, in words. */
export function lockWords({ lock_seconds }: Tier): string {
  return lock_seconds > 0 ? words("tier_lock", { time: duration(lock_seconds) }) : words("tier_no_lock");
}

/** What a stake in a tier counts, in words. */
export function weightWords({ weight_bps }: Tier): string {
  const format = new Intl.NumberFormat(language.value, { maximumFractionDigits: 4 });
  return weight_bps === 10_000 ? words("tier_plain") : words("tier_weight", { weight: format.format(weight_bps / 10_000) });
}

interface Props {
  tiers: readonly Tier[];
  chosen: Tier;
  onChoose: (tier: Tier) => void;
  disabled?: boolean;
}

/** How long to lock a stake. */
export function TierChoice({ tiers, chosen, onChoose, disabled = false }: Props) {
  return (
    <fieldset class="choices" disabled={disabled}>
      <legend>{words("tiers")}</legend>
      {tiers.map((tier) => (
        <label key={tier.index} class="choice">
          <input type="radio" name="tier" checked={tier.index === chosen.index} onChange={() => onChoose(tier)} />
          <span>
            {lockWords(tier)}
            <br />
            <span class="hint">{weightWords(tier)}</span>
          </span>
        </label>
      ))}
      {tiers.length > 1 && <p class="hint">{words("tiers_hint")}</p>}
    </fieldset>
  );
}
