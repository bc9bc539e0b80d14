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

-- Plain transfers to a merchant's payout wallet that named a payment as their reference.
CREATE TABLE transfers (
    payment_id      text NOT NULL REFERENCES payments,
    signature       text NOT NULL,
    mint            text NOT NULL,
    decimals        smallint NOT NULL,
    -- what arrived, by the balances before and after
    amount          chain.amount NOT NULL CHECK (amount > 0),
    slot            bigint NOT NULL,
    block_time      timestamptz NOT NULL,
    finalized       boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, signature, mint),
    -- One transfer may name several payments, and pays only one of them.
    CONSTRAINT transfers_pay_once UNIQUE (signature, mint)
);

-- Which payments are asked about, and when next. A row is there as long as a transfer may still come, or be undone.
CREATE TABLE transfer_watches (
    payment_id      text PRIMARY KEY REFERENCES payments,
    -- also the lease of who looks
    due_at          timestamptz NOT NULL DEFAULT now(),
    -- how often nothing new was found in a row; the time between two looks grows with it
    idle            integer NOT NULL DEFAULT 0,
    -- until when it is looked for
    until           timestamptz NOT NULL
);
CREATE INDEX transfer_watches_due ON transfer_watches (due_at);
