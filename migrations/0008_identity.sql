-- Who may do what for a merchant: shops, keys with scopes, people, machines; and who did what.

-- A shop of a merchant. Every merchant begins with one.
CREATE TABLE stores (
    id              text PRIMARY KEY,               -- sto_…
    merchant_id     text NOT NULL REFERENCES merchants,
    name            text NOT NULL,
    is_default      boolean NOT NULL DEFAULT false,
    -- of the GUID by which Barion's clients name the shop, once there is one
    pos_key_hash    bytea UNIQUE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    archived_at     timestamptz
);
CREATE INDEX stores_by_merchant ON stores (merchant_id, created_at, id);
CREATE UNIQUE INDEX stores_default ON stores (merchant_id) WHERE is_default;

INSERT INTO stores (id, merchant_id, name, is_default)
SELECT 'sto_' || replace(gen_random_uuid()::text, '-', ''), id, name, true FROM merchants;

ALTER TABLE api_keys
    ADD COLUMN name         text NOT NULL DEFAULT 'API key',
    -- one shop, or all of them
    ADD COLUMN store_id     text REFERENCES stores,
    -- what it may do; everything unless given
    ADD COLUMN scopes       text[],
    -- from when on it is refused; set when another takes its place
    ADD COLUMN expires_at   timestamptz,
    ADD COLUMN created_by   text,
    -- the key that took its place, once it has been rotated
    ADD COLUMN replaced_by  text REFERENCES api_keys;
CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, created_at, id);

-- People, by their wallet.
CREATE TABLE members (
    merchant_id     text NOT NULL REFERENCES merchants,
    wallet          text NOT NULL,
    role            text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'support', 'viewer')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, wallet)
);
CREATE INDEX members_by_wallet ON members (wallet);

-- Texts that a wallet was asked to sign (Sign-In With Solana). Each is good for one sign-in.
CREATE TABLE sign_in_challenges (
    nonce           text PRIMARY KEY,
    wallet          text NOT NULL,
    message         text NOT NULL,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz
);
CREATE INDEX sign_in_challenges_by_age ON sign_in_challenges (expires_at);

-- Signed-in wallets. Only the SHA-256 of the token is kept.
CREATE TABLE sessions (
    id              text PRIMARY KEY,               -- ses_…
    token_hash      bytea NOT NULL UNIQUE,
    wallet          text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz
);
CREATE INDEX sessions_by_age ON sessions (expires_at);

-- Machines that sign in by OAuth 2 client credentials (RFC 6749, 4.4).
CREATE TABLE oauth_clients (
    id              text PRIMARY KEY,               -- cli_…
    merchant_id     text NOT NULL REFERENCES merchants,
    name            text NOT NULL,
    secret_hash     bytea NOT NULL,
    store_id        text REFERENCES stores,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_used_at    timestamptz,
    revoked_at      timestamptz
);
CREATE INDEX oauth_clients_by_merchant ON oauth_clients (merchant_id, created_at, id);

CREATE TABLE access_tokens (
    token_hash      bytea PRIMARY KEY,
    client_id       text NOT NULL REFERENCES oauth_clients,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL
);
CREATE INDEX access_tokens_by_age ON access_tokens (expires_at);

-- Who did what. Written in the transaction of what was done; never changed.
CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id     text NOT NULL REFERENCES merchants,
    -- a key's, a client's or a member's name, or 'system'
    actor           text NOT NULL,
    -- such as api_key.revoke
    action          text NOT NULL,
    -- the id of what it was done to
    target          text,
    request_id      text,
    details         jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_by_merchant ON audit_log (merchant_id, id DESC);
