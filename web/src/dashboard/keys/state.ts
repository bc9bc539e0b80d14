/** An API key and whether it works. Pure. */

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the secret. */
  prefix: string;
  /** Shown once: when it is made or rotated. */
  secret?: string | null;
  /** Nothing for everything. */
  scopes?: string[] | null;
  created_at: string;
  last_used_at?: string | null;
  expires_at?: string | null;
  revoked_at?: string | null;
  replaced_by?: string | null;
}

export type KeyState = "active" | "rotated" | "expired" | "revoked";

/** A key that was rotated works until it expires. */
export function stateOf(key: ApiKey, now: number): KeyState {
  if (key.revoked_at) {
    return "revoked";
  }
  if (key.expires_at && Date.parse(key.expires_at) <= now) {
    return "expired";
  }
  return key.replaced_by ? "rotated" : "active";
}
