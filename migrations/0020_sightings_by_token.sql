-- A payment that is accepted in several tokens counts in each that a transaction was made for.
ALTER TABLE rule_sightings
    DROP CONSTRAINT rule_sightings_pkey,
    ADD PRIMARY KEY (merchant_id, subject, payment_id, mint);
