-- Payment links, and what merchants say of their campaigns and pools.

-- Who waits for payments longer than this keeps everybody else waiting behind it.
SET LOCAL lock_timeout = '5s';

-- A link that makes a payment for each customer who follows it.
CREATE TABLE payment_links (
    id                  text PRIMARY KEY,               -- lnk_…
    merchant_id         text NOT NULL REFERENCES merchants,
    store_id            text NOT NULL REFERENCES stores,
    title               text NOT NULL,
    description         text,
    -- symbols or mints, the preferred one first
    tokens              text[] NOT NULL CHECK (cardinality(tokens) > 0),
    -- what the amounts are in, where that is no accepted token
    currency            text,
    -- amounts are decimal texts, as they were given; nothing where the customer chooses, within the bounds that there are
    amount              text,
    min_amount          text,
    max_amount          text,
    -- in the order in which they are offered
    suggested_amounts   text[] NOT NULL DEFAULT '{}',
    capture_mode        text NOT NULL CHECK (capture_mode IN ('manual', 'immediate')),
    redirect_url        text,
    active              boolean NOT NULL DEFAULT true,
    created_at          timestamptz NOT NULL DEFAULT now(),
    CHECK (amount IS NULL OR (min_amount IS NULL AND max_amount IS NULL AND suggested_amounts = '{}'))
);
CREATE INDEX payment_links_by_merchant ON payment_links (merchant_id, created_at, id);

-- The link that a payment was made by.
ALTER TABLE payments ADD COLUMN link_id text REFERENCES payment_links;
CREATE INDEX payments_by_link ON payments (link_id, created_at) WHERE link_id IS NOT NULL;

-- What a merchant says of a campaign. The chain knows nothing of it.
CREATE TABLE campaign_profiles (
    address             text PRIMARY KEY,
    merchant_id         text NOT NULL REFERENCES merchants,
    -- whether the merchant's authority, which has signed in, is who created the campaign or is paid by it
    by_authority        boolean NOT NULL,
    title               text NOT NULL,
    description         text,
    -- decimal texts, in units of the token
    suggested_amounts   text[] NOT NULL DEFAULT '{}',
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX campaign_profiles_by_merchant ON campaign_profiles (merchant_id, created_at, address);

-- The same of a pool.
CREATE TABLE pool_profiles (
    address             text PRIMARY KEY,
    merchant_id         text NOT NULL REFERENCES merchants,
    by_authority        boolean NOT NULL,
    title               text NOT NULL,
    description         text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pool_profiles_by_merchant ON pool_profiles (merchant_id, created_at, address);
