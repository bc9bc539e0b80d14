-- What merchants say for themselves while a payment is disputed.

CREATE TABLE dispute_evidence (
    -- in the order of giving
    number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              text NOT NULL UNIQUE,           -- evd_…
    payment_id      text NOT NULL REFERENCES payments,
    text            text NOT NULL,
    -- [{name, sha256, url}]
    files           jsonb NOT NULL DEFAULT '[]',
    -- of the payment's id, the text and the files, in hex
    sha256          text NOT NULL,
    -- as in audit_log
    actor           text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dispute_evidence_by_payment ON dispute_evidence (payment_id, number);

-- An arbiter decides by it, so nobody takes anything back, whoever may write here.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER dispute_evidence_is_kept BEFORE UPDATE OR DELETE ON dispute_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
