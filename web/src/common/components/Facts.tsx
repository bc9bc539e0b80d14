import type { ComponentChildren } from "preact";
import { Fragment } from "preact";

import { lookUp } from "../lookUp";
import { Address } from "./Address";
import { Card } from "./Card";

interface Props {
  title: string;
  /** Addresses on the chain, with what they are. */
  addresses: readonly (readonly [name: string, address: string])[];
  /** Further pairs of `dt` and `dd`. */
  children?: ComponentChildren;
}

/** What anybody can look up on the chain. */
export function Facts({ title, addresses, children }: Props) {
  return (
    <Card title={title}>
      <dl class="facts">
        {addresses.map(([name, address]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <Address value={address} name={name} href={lookUp("address", address)} />
            </dd>
          </Fragment>
        ))}
        {children}
      </dl>
    </Card>
  );
}
