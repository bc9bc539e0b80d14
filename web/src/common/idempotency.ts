const KEY_BYTES = 16;

/**
 * A key by which the API knows a repeated request from a second one. Not `randomUUID`, which pages have only when they
 * came by TLS or from this machine.
 */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
