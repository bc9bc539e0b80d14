import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

import { Spinner } from "./Spinner";

interface Props extends Omit<ButtonHTMLAttributes, "children" | "class" | "size"> {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  /** Something is under way: it shows that, and does nothing when pressed, but keeps the focus. */
  busy?: boolean;
  wide?: boolean;
  children: ComponentChildren;
}

export function Button({ kind = "primary", busy = false, wide = false, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      class={`button button-${kind}${wide ? " wide" : ""}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) {
          event.preventDefault();
        } else {
          onClick?.(event);
        }
      }}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
