-- Buyer protection: until `capture_from` only the payer gives the merchant the money, and a dispute stops
-- captures until somebody ends it.
ALTER TABLE chain.payments
    ADD COLUMN capture_from     timestamptz,
    -- who decides a dispute, and how long it has for that; of protected payments
    ADD COLUMN arbiter          text,
    ADD COLUMN dispute_seconds  bigint,
    -- until when the open dispute can be decided
    ADD COLUMN dispute_expiry   timestamptz,
    ADD CONSTRAINT payments_protection_check CHECK ((arbiter IS NULL) = (dispute_seconds IS NULL)),
    -- a dispute is about what is in escrow, and ends with it
    ADD CONSTRAINT payments_dispute_check CHECK (dispute_expiry IS NULL OR capturable > 0);

-- Who shares in what the merchant earns of a payment, in the order of its terms.
CREATE TABLE chain.payment_splits (
    payment         text NOT NULL REFERENCES chain.payments,
    position        smallint NOT NULL,
    wallet          text NOT NULL,
    bps             integer NOT NULL,
    -- what the payee has been paid in sum
    paid            chain.amount NOT NULL DEFAULT 0,
    PRIMARY KEY (payment, position)
);
CREATE INDEX payment_splits_by_wallet ON chain.payment_splits (wallet);

-- How often a merchant's addresses have changed since it registered: no change is written over a later one.
ALTER TABLE chain.merchants ADD COLUMN sequence bigint NOT NULL DEFAULT 0;

-- Whether new payments are taken, which is the merchant's choice.
ALTER TABLE chain.vaults ADD COLUMN accepting boolean NOT NULL DEFAULT true;

ALTER TABLE transactions
    DROP CONSTRAINT transactions_kind_check,
    ADD CONSTRAINT transactions_kind_check CHECK (kind IN ('authorize', 'charge', 'capture', 'release', 'dispute',
        'resolve', 'void', 'reclaim', 'refund', 'close'));
