/** Links that leave the page. Pure. */

/** Where the shop wants the customer back; nothing if it is no address of the web. */
export function backToShop(redirectUrl: string | null): string | null {
  if (!redirectUrl || !URL.canParse(redirectUrl)) {
    return null;
  }
  const { protocol, href } = new URL(redirectUrl);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

/** Opens a page in Phantom's browser: <https://docs.phantom.com/phantom-deeplinks/other-methods/browse> */
export function inPhantom(page: string): string {
  const { origin } = new URL(page);
  return `https://phantom.app/ul/browse/${encodeURIComponent(page)}?ref=${encodeURIComponent(origin)}`;
}
