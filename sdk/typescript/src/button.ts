//! A checkout button, as a custom element `<till-checkout-button href="…">` and as a function. It is a link to the checkout
//! page and nothing more: it works by keyboard, with a screen reader, in a new tab, and without a call to anybody.

export interface ButtonOptions {
  /** The payment's `checkout_url`. */
  href: string;
  /** What it says; "Pay with Solana" unless given. */
  label?: string | undefined;
  /** Opens the checkout page in a tab of its own; in the same one unless given. */
  newTab?: boolean | undefined;
}

export const TAG = "till-checkout-button";
const LABEL = "Pay with Solana";

/** Colours and roundness are the page's to change, by custom properties or by `::part(button)`. */
const STYLE = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
a {
  display: flex; align-items: center; justify-content: center; box-sizing: border-box;
  min-height: 2.75rem; padding: 0.5rem 1.25rem;
  border-radius: var(--till-button-radius, 0.625rem);
  background: var(--till-button-background, #14231d); color: var(--till-button-color, #fff);
  font: 600 1rem/1.25 system-ui, sans-serif; text-align: center; text-decoration: none;
}
a:hover { filter: brightness(1.25); }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; box-shadow: 0 0 0 3px #fff; }
a:not([href]) { opacity: 0.55; cursor: not-allowed; filter: none; }
@media (forced-colors: active) { a { border: 1px solid ButtonText; } }
`;

/** The address to open, if `href` is one of a web page: never `javascript:`, whatever came from elsewhere. */
export function checkoutUrl(href: string | null | undefined, base?: string): string | undefined {
  if (!href || !URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}

/** The attributes of the link in the button. Without an address it is there, and says that it cannot be used. */
export function linkAttributes({ href, newTab }: Partial<ButtonOptions>, base?: string): Record<string, string> {
  const url = checkoutUrl(href, base);
  if (url === undefined) return { role: "link", "aria-disabled": "true" };
  return newTab ? { href: url, target: "_blank", rel: "noopener" } : { href: url };
}

/** Makes a button, to be put into the page. */
export function createCheckoutButton({ href, label, newTab }: ButtonOptions): HTMLElement {
  defineCheckoutButton();
  const button = document.createElement(TAG);
  button.setAttribute("href", href);
  if (label !== undefined) button.setAttribute("label", label);
  if (newTab) button.setAttribute("new-tab", "");
  return button;
}

/** Makes the element known to the page; importing this module does it too. */
export function defineCheckoutButton(): void {
  if (typeof HTMLElement === "undefined" || customElements.get(TAG) !== undefined) return;
  customElements.define(TAG, elementClass());
}

/** A function, because a server that renders pages has no `HTMLElement` to extend. */
function elementClass(): CustomElementConstructor {
  return class extends HTMLElement {
    static readonly observedAttributes = ["href", "label", "new-tab"];
    readonly #root = this.attachShadow({ mode: "open", delegatesFocus: true });

    connectedCallback(): void {
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [style];
      this.#render();
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.#render();
    }

    #render(): void {
      const link = document.createElement("a");
      const href = this.getAttribute("href") ?? "";
      const attributes = linkAttributes({ href, newTab: this.hasAttribute("new-tab") }, document.baseURI);
      for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
      link.part.add("button");
      link.textContent = this.getAttribute("label") ?? LABEL;
      this.#root.replaceChildren(link);
    }
  };
}

defineCheckoutButton();
