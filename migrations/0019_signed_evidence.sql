-- What a payer says in a dispute is signed by its wallet: the text that was signed, and the signature, for whoever
-- wants to check it.
ALTER TABLE dispute_evidence
    ADD COLUMN signed_message text,
    ADD COLUMN signature text,                          -- base58
    ADD CONSTRAINT dispute_evidence_is_signed_whole CHECK ((signed_message IS NULL) = (signature IS NULL));
-- Brought twice, it is one piece.
CREATE UNIQUE INDEX dispute_evidence_by_signature ON dispute_evidence (payment_id, signature)
    WHERE signature IS NOT NULL;
