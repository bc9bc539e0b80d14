-- What becomes of payments.

-- The vault that an operation ordered here takes from, so that the refunds under way of a vault can be summed up
-- without looking at its payments.
ALTER TABLE transactions ADD COLUMN vault text;
UPDATE transactions t SET vault = c.vault
FROM payments p JOIN chain.payments c ON c.address = p.address
WHERE p.id = t.payment_id AND t.kind = 'refund' AND t.status IN ('recorded', 'signed', 'sent');
CREATE INDEX transactions_open_refunds ON transactions (vault)
    WHERE kind = 'refund' AND status IN ('recorded', 'signed', 'sent');

-- What a stream of one payment tells, and from where it goes on.
CREATE INDEX events_by_payment ON events (payment_id, sequence) WHERE payment_id IS NOT NULL;
