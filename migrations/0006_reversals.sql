-- Blocks that are committed, from the last that is known to be final on: what the chain is compared with
-- when it forks.
CREATE TABLE chain.blocks (
    slot            bigint PRIMARY KEY,
    blockhash       text NOT NULL,
    block_height    bigint NOT NULL,
    block_time      timestamptz NOT NULL
);
INSERT INTO chain.blocks SELECT slot, blockhash, block_height, block_time FROM chain.checkpoint;

-- Events of confirmed blocks that the chain undid. The same event may have happened again later.
CREATE TABLE chain.reverted_events (
    LIKE chain.events,
    reverted_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reverted_events_by_payment ON chain.reverted_events (payment) WHERE payment IS NOT NULL;

-- The program's accounts as their last write left them, as far as the source tells. Rows are made of
-- events; these are what they are compared with.
CREATE TABLE chain.accounts (
    address         text PRIMARY KEY,
    lamports        chain.amount NOT NULL,
    data            bytea NOT NULL,
    slot            bigint NOT NULL,
    -- orders the writes of a slot, as one node counts them
    write_version   bigint NOT NULL
);
