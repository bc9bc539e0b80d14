-- What shops that speak Barion's API have asked for, in its words, and what they are told. The money is in payments
-- and transactions.

-- How a shop's requests are read.
CREATE TABLE barion_shops (
    store_id        text PRIMARY KEY REFERENCES stores,
    -- the e-mail address that stands for the merchant itself, in lower case
    payee           text,
    -- {currency: [symbol or mint, …]}, the preferred one first; of others, all tokens that the merchant has vaults for
    currency_tokens jsonb NOT NULL DEFAULT '{}',
    -- for how long a payment can be refunded
    refund_seconds  bigint NOT NULL
);

-- Whom an e-mail address means, beside the merchant.
CREATE TABLE barion_payees (
    store_id        text NOT NULL REFERENCES stores,
    -- in lower case
    email           text NOT NULL,
    wallet          text NOT NULL,
    PRIMARY KEY (store_id, email)
);

CREATE TABLE barion_payments (
    payment_id          text PRIMARY KEY REFERENCES payments,
    store_id            text NOT NULL REFERENCES stores,
    payment_request_id  text NOT NULL,
    payment_type        text NOT NULL CHECK (payment_type IN ('Immediate', 'Reservation', 'DelayedCapture')),
    currency            text NOT NULL,
    -- until when it is to be paid
    valid_until         timestamptz NOT NULL,
    -- how long after that it can be finished or captured
    period_seconds      bigint,
    -- with the payment's id in it
    callback_url        text,
    -- what was asked for, without the key
    request             jsonb NOT NULL,
    -- of the request as it came: the same one again is a repetition
    request_hash        bytea NOT NULL,
    -- when something may have run out; nothing once nothing can any more
    due_at              timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now(),
    CHECK ((payment_type = 'Immediate') = (period_seconds IS NULL))
);
CREATE INDEX barion_payments_by_request ON barion_payments (store_id, payment_request_id, created_at DESC);
CREATE INDEX barion_payments_due ON barion_payments (due_at) WHERE due_at IS NOT NULL;

-- The parts of a payment.
CREATE TABLE barion_transactions (
    id                  text PRIMARY KEY,           -- 32 hex digits
    payment_id          text NOT NULL REFERENCES barion_payments,
    position            smallint NOT NULL,
    -- of a payee's share: the part that it is of
    related_id          text REFERENCES barion_transactions,
    pos_transaction_id  text NOT NULL,
    payee               text NOT NULL,
    -- in the payment's currency
    total               numeric(38, 18) NOT NULL CHECK (total > 0),
    comment             text,
    items               jsonb NOT NULL DEFAULT '[]',
    -- what it was finished with; nothing has come of that if the operation has failed
    finished_total      numeric(38, 18) CHECK (finished_total >= 0 AND finished_total <= total),
    -- the operation; none is needed for nothing, unless it is the last part
    finished_by         text REFERENCES transactions,
    UNIQUE (payment_id, position),
    CHECK (finished_by IS NULL OR finished_total IS NOT NULL),
    CHECK (finished_by IS NOT NULL OR finished_total IS NULL OR finished_total = 0)
);

CREATE TABLE barion_refunds (
    id                  text PRIMARY KEY,           -- 32 hex digits
    transaction_id      text NOT NULL REFERENCES barion_transactions,
    -- in the payment's currency
    amount              numeric(38, 18) NOT NULL CHECK (amount > 0),
    comment             text,
    -- the operation; several parts can be refunded by one
    refunded_by         text NOT NULL REFERENCES transactions,
    created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX barion_refunds_by_transaction ON barion_refunds (transaction_id);

-- Callbacks: one for each change, written in the transaction of that change.
CREATE TABLE barion_callbacks (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id          text NOT NULL REFERENCES barion_payments,
    status              text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts            integer NOT NULL DEFAULT 0,
    -- also the end of the lease of who attempts it
    next_attempt_at     timestamptz NOT NULL DEFAULT now(),
    response_status     smallint,
    error               text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    delivered_at        timestamptz
);
CREATE INDEX barion_callbacks_pending ON barion_callbacks (next_attempt_at) WHERE status = 'pending';
CREATE INDEX barion_callbacks_by_payment ON barion_callbacks (payment_id);
