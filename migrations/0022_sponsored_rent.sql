-- What of a sponsorship is rent: however many transactions are signed for a payment, one of them creates its account.
ALTER TABLE sponsorships
    -- in lamports; of rows from before nothing, so that all of them counts each time
    ADD COLUMN rent bigint NOT NULL DEFAULT 0 CHECK (rent BETWEEN 0 AND lamports);

CREATE INDEX sponsorships_decided ON sponsorships (outcome, created_at) WHERE outcome IS NOT NULL;
