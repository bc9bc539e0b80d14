-- Several endpoints a merchant, what each wants to be told, two signatures, and a log of every attempt.

ALTER TABLE endpoints
    DROP CONSTRAINT endpoints_merchant_id_key,
    -- one shop, or all of them
    ADD COLUMN store_id             text REFERENCES stores,
    ADD COLUMN description          text,
    -- types of events, and patterns such as payment.*; everything unless given
    ADD COLUMN types                text[],
    -- whsk_ and base64: the seed of an ed25519 key. This and the secrets may be sealed
    ADD COLUMN signing_key          text,
    -- of before the last rotation, until they stop to sign
    ADD COLUMN previous_secret      text,
    ADD COLUMN previous_signing_key text,
    ADD COLUMN previous_until       timestamptz,
    -- raised by whatever changes how a delivery is sent, so that dispatchers read again what they remember
    ADD COLUMN version              integer NOT NULL DEFAULT 1,
    -- nothing is sent while it is paused; deliveries are written and wait
    ADD COLUMN paused_at            timestamptz,
    ADD COLUMN paused_reason        text CHECK (paused_reason IN ('requested', 'failing', 'gone')),
    -- attempts that failed since the last one that did not, and since when
    ADD COLUMN failures             integer NOT NULL DEFAULT 0,
    ADD COLUMN failing_since        timestamptz,
    -- set while the circuit is open: when one attempt is made again; and how many such attempts failed
    ADD COLUMN probe_at             timestamptz,
    ADD COLUMN probes               integer NOT NULL DEFAULT 0,
    ADD CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
    ADD CHECK ((previous_secret IS NULL) = (previous_until IS NULL)
        AND (previous_signing_key IS NULL) = (previous_until IS NULL));

UPDATE endpoints SET signing_key = 'whsk_' || encode(
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64');
ALTER TABLE endpoints ALTER COLUMN signing_key SET NOT NULL;
-- Who asks twice for the same endpoint must not be told everything twice.
CREATE UNIQUE INDEX endpoints_by_merchant ON endpoints (merchant_id, url);

ALTER TABLE deliveries
    -- the event's, by which deliveries that are due together are sent
    ADD COLUMN sequence         bigint,
    -- how many attempts had been made when the schedule of retries began, anew after a redelivery
    ADD COLUMN retries_from     integer NOT NULL DEFAULT 0,
    ADD COLUMN created_at       timestamptz NOT NULL DEFAULT now();
UPDATE deliveries d SET sequence = e.sequence FROM events e WHERE e.id = d.event_id;
ALTER TABLE deliveries
    ALTER COLUMN sequence SET NOT NULL,
    DROP CONSTRAINT deliveries_event_id_endpoint_id_key,
    -- the same rule by another name, and the order in which an endpoint's deliveries are listed
    ADD CONSTRAINT deliveries_in_order UNIQUE (endpoint_id, sequence);
DROP INDEX deliveries_endpoint;
DROP INDEX deliveries_by_endpoint;
-- What is due is looked for endpoint by endpoint. What has been delivered is not in it.
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_attempt_at, sequence) WHERE status = 'pending';
CREATE INDEX deliveries_by_age ON deliveries USING brin (created_at);

-- What came of each attempt. Without a foreign key, which would look up the delivery once more for each of
-- thousands a second; rows whose endpoint was deleted are swept with age.
CREATE TABLE delivery_attempts (
    delivery_id     text NOT NULL,
    attempt         integer NOT NULL,
    at              timestamptz NOT NULL,
    duration_ms     integer NOT NULL,
    response_status smallint,
    -- the beginning of it
    response_body   text,
    error           text,
    PRIMARY KEY (delivery_id, attempt)
);
CREATE INDEX delivery_attempts_by_age ON delivery_attempts USING brin (at);

CREATE INDEX events_by_payment ON events (payment_id, sequence) WHERE payment_id IS NOT NULL;
