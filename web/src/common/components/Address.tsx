import { CopyButton } from "./CopyButton";

interface Props {
  /** An address or a signature, in base58. */
  value: string;
  /** What it is, for the button that copies it. */
  name: string;
  /** Where it can be looked up. */
  href?: string | null | undefined;
  /** Whether a button beside it copies it; not where many stand in a list. */
  copy?: boolean;
}

/** An address, shortened to what people compare, with the whole for who asks. */
export function Address({ value, name, href, copy = true }: Props) {
  const text = (
    <code title={value}>
      <span aria-hidden="true">{shorten(value)}</span>
      <span class="visually-hidden">{value}</span>
    </code>
  );
  return (
    <span class="address">
      {href ? (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {text}
        </a>
      ) : (
        text
      )}
      {copy && <CopyButton text={value} name={name} />}
    </span>
  );
}

/** The first and the last four characters. */
export function shorten(address: string): string {
  return address.length <= 11 ? address : `${address.slice(0, 4)}…${address.slice(-4)}`;
}
