import { useEffect, useState } from "preact/hooks";

import { shared } from "../words";

interface Props {
  text: string;
  /** What is copied, for its accessible name. */
  name: string;
}

/** How long it says that it has copied, in milliseconds. */
const THANKS = 2000;

export function CopyButton({ text, name }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (copied) {
      const timer = setTimeout(() => setCopied(false), THANKS);
      return () => clearTimeout(timer);
    }
  }, [copied]);
  // Only pages that came by TLS, or from this machine, may write to the clipboard.
  if (typeof navigator === "undefined" || !navigator.clipboard) {
    return null;
  }
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), () => undefined);
  return (
    <button type="button" class="copy" aria-label={shared("copy_named", { name })} onClick={copy}>
      <span aria-hidden="true">{copied ? shared("copied") : shared("copy")}</span>
      <span class="visually-hidden" role="status">
        {copied ? shared("copied") : ""}
      </span>
    </button>
  );
}
