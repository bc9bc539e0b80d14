/** What a browser remembers for a page. Where storage is forbidden, nothing is remembered and nothing fails. */

type Store = "localStorage" | "sessionStorage";

export function recall(key: string, store: Store = "localStorage"): string | null {
  try {
    return globalThis[store].getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string, store: Store = "localStorage"): void {
  try {
    globalThis[store].setItem(key, value);
  } catch {
    // Private windows and full disks refuse; the page works without.
  }
}

export function forget(key: string, store: Store = "localStorage"): void {
  try {
    globalThis[store].removeItem(key);
  } catch {
    // As above.
  }
}
