-- Which option of a payment was paid, and what must go back because nobody asked for it.

ALTER TABLE payment_options
    -- the block's time of the transaction that paid it; nothing again if the chain undid that block
    ADD COLUMN paid_at timestamptz;

-- Payments that were made although they were not wanted: in addition to another, or after the merchant had taken the
-- request back. Written with the payment's opening; the gateway gives back what is in them.
CREATE TABLE give_backs (
    payment_id      text PRIMARY KEY REFERENCES payments,
    reason          text NOT NULL CHECK (reason IN ('duplicate', 'cancelled')),
    -- when to look at it; whoever does moves it ahead, so that one that dies gives it to another
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    -- when nothing was left to give back
    done_at         timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX give_backs_due ON give_backs (next_attempt_at) WHERE done_at IS NULL;

-- What payments are listed by.
CREATE INDEX payments_by_customer ON payments (merchant_id, (customer ->> 'reference'), created_at DESC, id DESC)
    WHERE customer ->> 'reference' IS NOT NULL;
CREATE INDEX payments_by_payer ON chain.payments (merchant, payer);
