import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { words } from "../words";

interface Props {
  title: string;
  /** Beside the title, such as what can be done here. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

let isFirst = true;

/** One view: its heading gets the focus when it is gone to, so that a screen reader says where one is. */
export function View({ title, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Till`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus();
    }
    isFirst = false;
  }, []);
  return (
    <>
      <header class="view-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div class="row">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function NotFound() {
  return (
    <View title={words("not_found")}>
      <p>
        <a href="/dashboard">{words("to_overview")}</a>
      </p>
    </View>
  );
}
