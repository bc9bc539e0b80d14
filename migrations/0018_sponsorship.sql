-- What a sponsor pays for customers: network fees, and the rent of payments' accounts.

CREATE TABLE sponsorships (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- the sponsor's, which is the transaction's first
    signature       text NOT NULL UNIQUE,
    payment_id      text NOT NULL REFERENCES payments,
    merchant_id     text NOT NULL REFERENCES merchants,
    wallet          text NOT NULL,
    -- the most that it can cost
    lamports        bigint NOT NULL CHECK (lamports > 0),
    last_valid_block_height bigint NOT NULL,
    -- nothing until it is known; what expired has cost nothing
    outcome         text CHECK (outcome IN ('landed', 'expired')),
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sponsorships_of_the_day ON sponsorships (created_at) WHERE outcome IS DISTINCT FROM 'expired';
CREATE INDEX sponsorships_open ON sponsorships (last_valid_block_height) WHERE outcome IS NULL;
