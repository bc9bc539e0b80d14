-- What merchants can ask for beside an amount of a token.

ALTER TABLE payments
    ADD COLUMN store_id         text REFERENCES stores,
    -- the id in the terms, where it is not the payment's own: of a token that was accepted beside the first
    ADD COLUMN terms_id         text,
    -- the payment that this one was paid in addition to, by somebody who held another of its transactions
    ADD COLUMN duplicate_of     text REFERENCES payments,
    -- what was asked for, where that is a currency or another token's amount
    ADD COLUMN price_amount     numeric(38, 18),
    ADD COLUMN price_currency   text,
    ADD COLUMN items            jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN customer         jsonb,
    -- [{wallet, bps}], in the order of the terms
    ADD COLUMN splits           jsonb NOT NULL DEFAULT '[]',
    -- all three or none: the payer may dispute
    ADD COLUMN capture_from     timestamptz,
    ADD COLUMN arbiter          text,
    ADD COLUMN dispute_seconds  integer,
    -- the campaign that the customer may give to in the same transaction
    ADD COLUMN donation         jsonb,
    -- whether a plain transfer to the payout wallet, with the payment's address as reference, pays it too
    ADD COLUMN accepts_transfer boolean NOT NULL DEFAULT false,
    -- what the rules said when it was created, and why
    ADD COLUMN decision         jsonb,
    ADD COLUMN cancelled_at     timestamptz,
    ADD CHECK ((capture_from IS NULL) = (arbiter IS NULL) AND (arbiter IS NULL) = (dispute_seconds IS NULL)),
    ADD CHECK ((price_amount IS NULL) = (price_currency IS NULL));

UPDATE payments p SET store_id = s.id FROM stores s WHERE s.merchant_id = p.merchant_id AND s.is_default;
ALTER TABLE payments ALTER COLUMN store_id SET NOT NULL;
CREATE INDEX payments_by_store ON payments (store_id, created_at DESC, id DESC);

-- The ways to pay a payment that has several, or whose price was converted: each is an address of its own on the
-- chain. The payment's own columns are those of the one that was paid, until then of the first.
CREATE TABLE payment_options (
    terms_id        text PRIMARY KEY,               -- pay_… as it stands in the terms
    payment_id      text NOT NULL REFERENCES payments,
    position        smallint NOT NULL,
    address         text NOT NULL UNIQUE,
    mint            text NOT NULL,
    token_program   text NOT NULL,
    decimals        smallint NOT NULL,
    shard           integer NOT NULL,
    amount          chain.amount NOT NULL CHECK (amount > 0),
    salt            smallint NOT NULL,
    -- where its amount comes from, if it was converted: {rate, source, published_at, spread_bps}
    quote           jsonb,
    -- until when it may be paid at this price
    quote_expires_at timestamptz,
    -- from when on another quote stood in its place; who had it before may still pay it
    superseded_at   timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payment_options_by_payment ON payment_options (payment_id, position, created_at);
