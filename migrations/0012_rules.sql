-- What merchants let through: rules, the lists that they look into, what they decided, and what people made of it.

CREATE TABLE rules (
    id              text PRIMARY KEY,               -- rul_…
    merchant_id     text NOT NULL REFERENCES merchants,
    -- one shop, or all of them
    store_id        text REFERENCES stores,
    name            text NOT NULL,
    -- rules are asked in this order; those of the same position oldest first
    position        integer NOT NULL,
    enabled         boolean NOT NULL,
    outcome         text NOT NULL CHECK (outcome IN ('allow', 'review', 'block')),
    -- what a customer may read when it blocks
    message         text,
    -- what it looks at: {kind, …}
    condition       jsonb NOT NULL,
    -- whsec_ and base64: what a hook's requests are signed with
    secret          text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX rules_by_merchant ON rules (merchant_id, position, created_at, id);

CREATE TABLE rule_list_entries (
    merchant_id     text NOT NULL REFERENCES merchants,
    list            text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('wallet', 'email', 'email_domain', 'ip', 'country')),
    value           text NOT NULL,
    -- an address is looked up by the networks that hold it
    network         cidr,
    note            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, list, kind, value),
    CHECK ((kind = 'ip') = (network IS NOT NULL))
);
CREATE INDEX rule_list_entries_by_network ON rule_list_entries USING gist (network inet_ops);

-- Who was seen with which payment: what rules count. Written for merchants that have rules; a payment that was blocked
-- is not counted.
CREATE TABLE rule_sightings (
    merchant_id     text NOT NULL REFERENCES merchants,
    -- such as email:anna@example.com; 'any' is every payment's
    subject         text NOT NULL,
    payment_id      text NOT NULL REFERENCES payments,
    store_id        text NOT NULL,
    mint            text NOT NULL,
    amount          chain.amount NOT NULL,
    seen_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (merchant_id, subject, payment_id)
);
CREATE INDEX rule_sightings_by_time ON rule_sightings (merchant_id, subject, seen_at) INCLUDE (store_id, mint, amount);

-- Every evaluation, with what it was about. A payment that was blocked when it was asked for has no row of its own.
CREATE TABLE rule_decisions (
    id              text PRIMARY KEY,               -- dec_…
    merchant_id     text NOT NULL REFERENCES merchants,
    store_id        text NOT NULL,
    payment_id      text REFERENCES payments,
    moment          text NOT NULL CHECK (moment IN ('creation', 'wallet')),
    -- of the wallet that asked for the transaction
    wallet          text,
    outcome         text NOT NULL CHECK (outcome IN ('allow', 'review', 'block')),
    score           smallint,
    reasons         jsonb NOT NULL,
    facts           jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((moment = 'wallet') = (wallet IS NOT NULL))
);
CREATE INDEX rule_decisions_newest ON rule_decisions (merchant_id, created_at DESC, id DESC);
CREATE INDEX rule_decisions_by_payment ON rule_decisions (payment_id, created_at DESC, id DESC)
    WHERE payment_id IS NOT NULL;

-- Payments that a person should look at before they are captured.
CREATE TABLE payment_reviews (
    payment_id      text PRIMARY KEY REFERENCES payments,
    state           text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
    note            text,
    decided_by      text,
    decided_at      timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'pending') = (decided_at IS NULL))
);
