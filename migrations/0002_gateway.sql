-- What the gateway knows: merchants and their keys, the payments they asked for, the operations
-- they ordered, and what they must be told.

CREATE TABLE merchants (
    id              text PRIMARY KEY,               -- mer_…
    -- the merchant's account on the chain
    address         text NOT NULL UNIQUE,
    name            text NOT NULL,
    -- the last number given to an event of this merchant; its row lock makes the numbers gap-free
    event_sequence  bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now()
);

-- Keys are shown once; only their SHA-256 is kept.
CREATE TABLE api_keys (
    id              text PRIMARY KEY,               -- key_…
    merchant_id     text NOT NULL REFERENCES merchants,
    key_hash        bytea NOT NULL UNIQUE,
    -- the first characters, by which a person recognises the key
    prefix          text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_used_at    timestamptz,
    revoked_at      timestamptz
);

-- Names for mints, so that a request can say USDC.
CREATE TABLE tokens (
    mint            text PRIMARY KEY,
    symbol          text NOT NULL UNIQUE,
    name            text NOT NULL
);

CREATE TABLE payments (
    id                      text PRIMARY KEY,       -- pay_ and the 16 bytes of the id in hex
    merchant_id             text NOT NULL REFERENCES merchants,
    -- where it is or will be on the chain
    address                 text NOT NULL UNIQUE,
    mint                    text NOT NULL,
    token_program           text NOT NULL,
    decimals                smallint NOT NULL,
    shard                   integer NOT NULL,
    amount                  chain.amount NOT NULL CHECK (amount > 0),
    capture_mode            text NOT NULL CHECK (capture_mode IN ('manual', 'immediate')),
    authorization_expiry    timestamptz NOT NULL,
    refund_expiry           timestamptz NOT NULL,
    max_fee_bps             integer NOT NULL,
    salt                    smallint NOT NULL,
    order_reference         text,
    description             text,
    redirect_url            text,
    metadata                jsonb NOT NULL DEFAULT '{}',
    created_at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_newest ON payments (merchant_id, created_at DESC, id DESC);
CREATE INDEX payments_by_reference ON payments (merchant_id, order_reference, created_at DESC, id DESC)
    WHERE order_reference IS NOT NULL;

-- One authorize, charge, capture, void, reclaim or refund of a payment. The merchant's are recorded
-- here before they are signed, and their signature before they are sent. The payer's appear when
-- the indexer sees them.
CREATE TABLE transactions (
    id              text PRIMARY KEY,               -- txn_…
    payment_id      text NOT NULL REFERENCES payments,
    -- capture → authorize, refund → capture
    parent_id       text REFERENCES transactions,
    kind            text NOT NULL CHECK (kind IN ('authorize', 'charge', 'capture', 'void', 'reclaim', 'refund', 'close')),
    amount          chain.amount NOT NULL,
    is_final        boolean NOT NULL DEFAULT false,
    -- a capture that pays the merchant's wallet at once instead of crediting the balance
    pay_out         boolean NOT NULL DEFAULT false,
    -- recorded → signed → sent → confirmed, or failed; 'confirmed' is written by the indexer alone
    status          text NOT NULL CHECK (status IN ('recorded', 'signed', 'sent', 'confirmed', 'failed')),
    signature       text,
    -- the signed bytes, which may be sent again and again: they are one transaction
    raw             bytea,
    last_valid_block_height bigint,
    error_code      text,
    error_detail    text,
    slot            bigint,
    -- the payment's sequence after it
    sequence        bigint,
    -- until when a worker has it to itself; a worker that dies gives it back
    claimed_until   timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (payment_id, sequence),
    CHECK (status IN ('recorded', 'failed') OR signature IS NOT NULL)
);
-- One signature can carry several operations of a kind; the chain tells them apart by the sequence.
CREATE UNIQUE INDEX transactions_by_signature ON transactions (signature, payment_id, kind, sequence)
    NULLS NOT DISTINCT WHERE signature IS NOT NULL;
CREATE INDEX transactions_by_payment ON transactions (payment_id, created_at);
CREATE INDEX transactions_open ON transactions (updated_at) WHERE status IN ('recorded', 'signed', 'sent');

-- The first answer to a key. The row is written in the same database transaction as the effect, and
-- the answer too, unless it waits for an operation: then the first to answer writes it.
CREATE TABLE idempotency_keys (
    merchant_id     text NOT NULL REFERENCES merchants,
    key             text NOT NULL,
    request_hash    bytea NOT NULL,
    -- the operation that the request recorded, if it recorded one
    transaction_id  text REFERENCES transactions,
    -- HTTP status and body of the answer, once it has been given
    status          smallint,
    body            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, key),
    CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Where a merchant wants to be told.
CREATE TABLE endpoints (
    id              text PRIMARY KEY,               -- end_…
    merchant_id     text NOT NULL UNIQUE REFERENCES merchants,
    url             text NOT NULL,
    -- whsec_ and base64, after Standard Webhooks
    secret          text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

-- What a merchant is told, numbered per merchant without a gap.
CREATE TABLE events (
    id              text PRIMARY KEY,               -- evt_…
    merchant_id     text NOT NULL REFERENCES merchants,
    sequence        bigint NOT NULL,
    type            text NOT NULL,
    payment_id      text REFERENCES payments,
    -- the whole body that is signed and sent, byte for byte the same at each attempt
    body            text NOT NULL,
    slot            bigint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (merchant_id, sequence)
);

-- One event on its way to one endpoint: the outbox.
CREATE TABLE deliveries (
    id              text PRIMARY KEY,               -- dlv_…
    event_id        text NOT NULL REFERENCES events,
    endpoint_id     text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts        integer NOT NULL DEFAULT 0,
    -- also the lease: a claim moves it ahead, so that a worker that dies gives the delivery back
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    response_status smallint,
    error           text,
    delivered_at    timestamptz,
    UNIQUE (event_id, endpoint_id)
);
-- What is due is looked for endpoint by endpoint.
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending';
-- For the cascade, which takes the others too.
CREATE INDEX deliveries_endpoint ON deliveries (endpoint_id);
