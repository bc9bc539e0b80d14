interface Props {
  kind: "good" | "neutral" | "bad";
  children: string;
}

/** A state in a word or two. */
export function Status({ kind, children }: Props) {
  return <span class={`status status-${kind}`}>{children}</span>;
}
