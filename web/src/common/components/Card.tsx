import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  /** A heading, which also names the card as a region. */
  title?: string;
  children: ComponentChildren;
  class?: string;
}

export function Card({ title, children, class: extra }: Props) {
  const id = useId();
  return (
    <section class={extra ? `card ${extra}` : "card"} aria-labelledby={title ? id : undefined}>
      {title && (
        <h2 id={id} class="card-title">
          {title}
        </h2>
      )}
      {children}
    </section>
  );
}
