-- What the chain says. Only the indexer writes this schema, and it can be rebuilt from the chain.
-- Addresses and signatures are base58 text, amounts base units (u64, hence numeric(20)).
CREATE SCHEMA chain;

CREATE DOMAIN chain.amount AS numeric(20) CHECK (VALUE >= 0 AND VALUE <= 18446744073709551615);

-- How far the indexer has come. One row.
CREATE TABLE chain.checkpoint (
    id              boolean PRIMARY KEY DEFAULT true CHECK (id),
    slot            bigint NOT NULL,
    blockhash       text NOT NULL,
    block_height    bigint NOT NULL,
    block_time      timestamptz NOT NULL,
    -- everything up to it is final; 0 until something is known to be
    finalized_slot  bigint NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE chain.merchants (
    address         text PRIMARY KEY,
    founder         text NOT NULL,
    index           integer NOT NULL,
    authority       text NOT NULL,
    operator        text NOT NULL,
    payout_wallet   text NOT NULL,
    slot            bigint NOT NULL
);

CREATE TABLE chain.vaults (
    address         text PRIMARY KEY,
    merchant        text NOT NULL,
    mint            text NOT NULL,
    vault_token     text NOT NULL,
    token_program   text NOT NULL,
    decimals        smallint NOT NULL,
    shard           integer NOT NULL,
    escrowed        chain.amount NOT NULL DEFAULT 0,
    balance         chain.amount NOT NULL DEFAULT 0,
    fees            chain.amount NOT NULL DEFAULT 0,
    sequence        bigint NOT NULL DEFAULT 0,
    slot            bigint NOT NULL,
    UNIQUE (merchant, mint, shard)
);

CREATE TABLE chain.payments (
    address                 text PRIMARY KEY,
    merchant                text NOT NULL,
    vault                   text NOT NULL,
    mint                    text NOT NULL,
    payer                   text NOT NULL,
    rent_payer              text NOT NULL,
    terms_hash              bytea NOT NULL,
    merchant_payment_id     bytea NOT NULL,
    amount                  chain.amount NOT NULL,
    capturable              chain.amount NOT NULL,
    captured                chain.amount NOT NULL,
    refunded                chain.amount NOT NULL,
    fees                    chain.amount NOT NULL,
    fee_bps                 integer NOT NULL,
    authorization_expiry    timestamptz NOT NULL,
    refund_expiry           timestamptz NOT NULL,
    capture_mode            text NOT NULL CHECK (capture_mode IN ('manual', 'immediate')),
    -- how the escrow was emptied, if it went back to the payer
    outcome                 text CHECK (outcome IN ('voided', 'reclaimed')),
    sequence                bigint NOT NULL,
    closed                  boolean NOT NULL DEFAULT false,
    slot                    bigint NOT NULL,
    CHECK (capturable + captured <= amount AND refunded <= captured AND fees <= captured)
);
CREATE INDEX payments_by_merchant ON chain.payments (merchant, slot);

-- Every event of the program, in the order of the chain. (signature, instruction, inner) is where
-- the event instruction stands in its transaction, so that the same message twice is one row.
CREATE TABLE chain.events (
    slot            bigint NOT NULL,
    transaction_index bigint NOT NULL,
    signature       text NOT NULL,
    instruction     smallint NOT NULL,
    inner_index     smallint NOT NULL,
    type            text NOT NULL,
    payment         text,
    payment_sequence bigint,
    vault           text,
    vault_sequence  bigint,
    merchant        text,
    data            text NOT NULL,
    block_time      timestamptz NOT NULL,
    PRIMARY KEY (signature, instruction, inner_index)
);
CREATE UNIQUE INDEX events_by_payment ON chain.events (payment, payment_sequence) WHERE payment IS NOT NULL;
CREATE INDEX events_by_slot ON chain.events (slot, transaction_index);

-- Double entry: the lines of one event sum to zero. `account` is a part of the vault, or what is
-- outside of it; the mint is the vault's.
CREATE TABLE chain.ledger (
    signature       text NOT NULL,
    instruction     smallint NOT NULL,
    inner_index     smallint NOT NULL,
    line            smallint NOT NULL,
    vault           text NOT NULL,
    account         text NOT NULL CHECK (account IN ('external', 'escrow', 'balance', 'fees')),
    -- into the account, or out of it (negative)
    amount          numeric(21) NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (signature, instruction, inner_index, line),
    FOREIGN KEY (signature, instruction, inner_index) REFERENCES chain.events
);
CREATE INDEX ledger_by_account ON chain.ledger (vault, account);
