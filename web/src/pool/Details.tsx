import { Facts } from "../common/components/Facts";
import type { Pool } from "./data";
import { words } from "./words";

/** What anybody can look up. */
export function Details({ pool: { address, authority, mint } }: { pool: Pool }) {
  return (
    <Facts
      title={words("details_title")}
      addresses={[
        [words("pool"), address],
        [words("token"), mint],
        [words("authority"), authority],
      ]}
    />
  );
}
