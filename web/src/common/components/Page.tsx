import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { shared } from "../words";
import { LanguageSwitch } from "./LanguageSwitch";
import { ThemeSwitch } from "./ThemeSwitch";

interface Props {
  /** Of the browser's tab. */
  title: string;
  /** `narrow` for a page with one thing to do, `wide` for one with two columns or a table. */
  width?: "narrow" | "wide";
  /** Beside the mark, such as a menu. */
  header?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame of every page: skip link, banner, main, footer. */
export function Page({ title, width = "narrow", header, children }: Props) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div class={`page page-${width}`}>
      <a class="skip" href="#content">
        {shared("skip_to_content")}
      </a>
      <header class="banner">
        <span class="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          Till
        </span>
        {header}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="footer">
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  );
}
