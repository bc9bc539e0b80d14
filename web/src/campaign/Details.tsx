import { Facts } from "../common/components/Facts";
import { amountOf } from "../common/token";
import type { Campaign } from "./data";
import { words } from "./words";

/** What anybody can look up. */
export function Details({ campaign }: { campaign: Campaign }) {
  const { address, beneficiary, creator, mint, withdrawn, refunded } = campaign;
  const addresses = [
    [words("campaign"), address],
    [words("beneficiary"), beneficiary],
    [words("creator"), creator],
    [words("token"), mint],
  ] as const;
  return (
    <Facts title={words("details_title")} addresses={addresses}>
      {BigInt(withdrawn.base_units) > 0n && (
        <>
          <dt>{words("withdrawn")}</dt>
          <dd>{amountOf(withdrawn.value, campaign)}</dd>
        </>
      )}
      {BigInt(refunded.base_units) > 0n && (
        <>
          <dt>{words("returned")}</dt>
          <dd>{amountOf(refunded.value, campaign)}</dd>
        </>
      )}
    </Facts>
  );
}
