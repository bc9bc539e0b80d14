import { dateTime } from "../i18n";
import { lookUp } from "../lookUp";
import { Address } from "./Address";
import { Amount } from "./Amount";

/** Something that happened on the chain. */
export interface Entry {
  /** Whose it was; nobody's in particular when it is nothing. */
  who: string | null;
  /** In units of the token. */
  amount: string;
  signature: string;
  /** RFC 3339. */
  at: string;
}

interface Props {
  entries: readonly Entry[];
  symbol: string;
  /** What somebody in this list is called. */
  who: string;
  /** What is said for nobody in particular. */
  nobody?: string;
}

/** What has happened, latest first. */
export function Entries({ entries, symbol, who: name, nobody }: Props) {
  return (
    <ul class="entries">
      {entries.map(({ who, amount, signature, at }, index) => (
        <li key={index}>
          <span class="entry-who">
            {who ? <Address value={who} name={name} href={lookUp("address", who)} copy={false} /> : nobody}
            <Time at={at} href={lookUp("transaction", signature)} />
          </span>
          <Amount value={amount} symbol={symbol} />
        </li>
      ))}
    </ul>
  );
}

function Time({ at, href }: { at: string; href: string | undefined }) {
  const time = <time dateTime={at}>{dateTime(at)}</time>;
  if (!href) {
    return <span class="hint">{time}</span>;
  }
  return (
    <a class="hint" href={href} target="_blank" rel="noopener noreferrer">
      {time}
    </a>
  );
}
