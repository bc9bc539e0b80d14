-- A payment that is accepted in several tokens counts in each that a transaction was made for. A process of the version
-- before cannot note what it has seen any more: stop those first.

-- Who waits for readers longer than this keeps everybody else waiting behind it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE rule_sightings
    DROP CONSTRAINT rule_sightings_pkey,
    ADD PRIMARY KEY (merchant_id, subject, payment_id, mint);
