-- What of a sponsorship is rent, and of which account: however many transactions are signed for it, one creates it.

-- Who waits for readers longer than this keeps everybody else waiting behind it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE sponsorships
    -- in lamports; of rows from before nothing, so that all of them counts each time
    ADD COLUMN rent bigint NOT NULL DEFAULT 0 CHECK (rent BETWEEN 0 AND lamports),
    -- the payment's on the chain, which is another for each of its options
    ADD COLUMN account text;

CREATE INDEX sponsorships_decided ON sponsorships (outcome, created_at) WHERE outcome IS NOT NULL;
