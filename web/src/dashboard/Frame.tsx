import { useLocation } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Button } from "../common/components/Button";
import { LanguageSwitch } from "../common/components/LanguageSwitch";
import { ThemeSwitch } from "../common/components/ThemeSwitch";
import { shared } from "../common/words";
import type { Scope } from "./api/types";
import { MerchantSwitch } from "./session/MerchantSwitch";
import { merchant, may } from "./session/session";
import { signOut } from "./session/signOut";
import { words } from "./words";

interface Entry {
  path: string;
  name: string;
  needs: Scope;
}

function entries(): Entry[] {
  const all: Entry[] = [
    { path: "/dashboard", name: words("menu_overview"), needs: "payments:read" },
    { path: "/dashboard/payments", name: words("menu_payments"), needs: "payments:read" },
    { path: "/dashboard/links", name: words("menu_links"), needs: "payments:read" },
    { path: "/dashboard/payouts", name: words("menu_payouts"), needs: "reports:read" },
    { path: "/dashboard/reports", name: words("menu_reports"), needs: "reports:read" },
    { path: "/dashboard/webhooks", name: words("menu_webhooks"), needs: "webhooks:read" },
    { path: "/dashboard/keys", name: words("menu_keys"), needs: "account:read" },
    { path: "/dashboard/settings", name: words("menu_settings"), needs: "account:read" },
  ];
  return all.filter((entry) => may(entry.needs));
}

/** The frame of every view: who is signed in and for whom, the menu, and the view. */
export function Frame({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {shared("skip_to_content")}
      </a>
      <header class="frame-head">
        <a class="brand" href="/dashboard">
          <img src="/icon.svg" alt="" width={28} height={28} />
          Till
        </a>
        <MerchantSwitch />
        <Button kind="quiet" onClick={() => void signOut()}>
          {words("sign_out")}
        </Button>
        {merchant.value && (
          <button
            type="button"
            class="button button-secondary menu-button"
            aria-expanded={open}
            aria-controls="menu"
            onClick={() => setOpen(!open)}
          >
            {words("menu")}
          </button>
        )}
      </header>
      {merchant.value && (
        <nav id="menu" class={open ? "menu open" : "menu"} aria-label={words("menu")}>
          <ul>
            {entries().map((entry) => (
              <li key={entry.path}>
                <a href={entry.path} aria-current={isAt(path, entry.path) ? "page" : undefined}>
                  {entry.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main id="content" class="frame-main" tabIndex={-1}>
        {children}
      </main>
      <footer class="footer">
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  );
}

function isAt(path: string, entry: string): boolean {
  return path === entry || (entry !== "/dashboard" && path.startsWith(`${entry}/`));
}
