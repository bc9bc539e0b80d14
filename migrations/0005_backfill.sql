-- The program's history that is on its way here by RPC, for an index that begins at an old slot. One row while a
-- backfill is under way, none otherwise.
CREATE TABLE chain.backfill (
    id              boolean PRIMARY KEY DEFAULT true CHECK (id),
    -- it brings what happened from this slot on …
    from_slot       bigint NOT NULL,
    -- … up to this block, which is final
    anchor_slot     bigint NOT NULL,
    blockhash       text NOT NULL,
    block_height    bigint NOT NULL,
    block_time      timestamptz NOT NULL,
    -- whether every signature in between is listed
    is_listed       boolean NOT NULL DEFAULT false
);

-- The signatures of the program's transactions, from the newest to the oldest: the order in which nodes list them. What
-- is here tells where a listing that was interrupted goes on.
CREATE TABLE chain.backfill_signatures (
    position        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    signature       bytea NOT NULL,
    slot            bigint NOT NULL,
    -- its place in its block, and the chain's clock there, as far as the node tells
    index           bigint,
    block_time      bigint,
    -- a transaction that failed changed nothing
    has_failed      boolean NOT NULL
);
CREATE INDEX backfill_signatures_by_slot ON chain.backfill_signatures (slot, position DESC) WHERE NOT has_failed;
