import { Fragment } from "preact";

import { Address } from "../shared/components/Address";
import { Card } from "../shared/components/Card";
import { lookUp } from "../shared/lookUp";
import { amountOf } from "../shared/token";
import type { Campaign } from "./data";
import { words } from "./words";

/** What anybody can look up. */
export function Details({ campaign }: { campaign: Campaign }) {
  const { address, beneficiary, creator, mint, withdrawn, refunded } = campaign;
  const addresses = [
    ["campaign", address],
    ["beneficiary", beneficiary],
    ["creator", creator],
    ["token", mint],
  ] as const;
  return (
    <Card title={words("details_title")}>
      <dl class="facts">
        {addresses.map(([key, value]) => (
          <Fragment key={key}>
            <dt>{words(key)}</dt>
            <dd>
              <Address value={value} name={words(key)} href={lookUp("address", value)} />
            </dd>
          </Fragment>
        ))}
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
      </dl>
    </Card>
  );
}
