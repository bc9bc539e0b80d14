import type { ComponentChildren } from "preact";

interface Props {
  kind?: "info" | "success" | "warning" | "error";
  title?: string;
  children?: ComponentChildren;
}

const MARKS = { info: "i", success: "✓", warning: "!", error: "!" };

/** A message that is read out when it appears: at once if it is an error, else when the reader pauses. */
export function Alert({ kind = "info", title, children }: Props) {
  return (
    <div class={`alert alert-${kind}`} role={kind === "error" ? "alert" : "status"}>
      <span class="alert-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div class="alert-body">
        {title && <strong class="alert-title">{title}</strong>}
        {children}
      </div>
    </div>
  );
}
