-- Everything that the program does has rows: protocol, campaigns, pools, vestings, burns, fees, and totals.

-- What does not fit a bigint and is no amount: an id that a wallet has chosen, a mask of extensions.
CREATE DOMAIN chain.u64 AS numeric(20) CHECK (VALUE >= 0 AND VALUE <= 18446744073709551615);

-- Whose event it is, where it is no merchant's: the campaign, also of donations and receipts; the pool, also of
-- rewards and positions; the vesting; the burn record; the mint whose fees were harvested; 'protocol', also of mint
-- policies, which count in its sequence. The rows of a subject can be derived again from its events.
ALTER TABLE chain.events ADD COLUMN subject text;
UPDATE chain.events SET subject = CASE
    WHEN type ~ '^(Protocol|Admin|MintPolicy)' THEN 'protocol'
    WHEN type = 'PoolCreated' THEN data::json ->> 'pool'
    WHEN type = 'FeesHarvested' THEN data::json ->> 'mint'
    ELSE coalesce(data::json ->> 'campaign_address', data::json ->> 'pool_address', data::json -> 'about' ->> 'pool',
        data::json ->> 'vesting_address', data::json ->> 'record')
END
WHERE merchant IS NULL;
CREATE INDEX events_by_subject ON chain.events (subject, slot, transaction_index) WHERE subject IS NOT NULL;
-- Who began to hold money, which also says of what mint.
CREATE INDEX events_that_open ON chain.events (coalesce(vault, subject))
    WHERE type IN ('VaultOpened', 'CampaignCreated', 'PoolCreated', 'VestingCreated');

-- The whole configuration. One row.
CREATE TABLE chain.protocol (
    id              boolean PRIMARY KEY DEFAULT true CHECK (id),
    admin           text NOT NULL,
    -- whom the admin has offered its place to
    pending_admin   text,
    guardian        text NOT NULL,
    treasury        text NOT NULL,
    -- the staking pool and the mint whose holders share in the fees, if there are any
    pool            text,
    burn_mint       text,
    fee_bps         integer NOT NULL,
    stakers_bps     integer NOT NULL DEFAULT 0,
    burn_bps        integer NOT NULL DEFAULT 0,
    paused          boolean NOT NULL DEFAULT false,
    sequence        bigint NOT NULL DEFAULT 0,
    slot            bigint NOT NULL
);

CREATE TABLE chain.mint_policies (
    address             text PRIMARY KEY,
    mint                text NOT NULL UNIQUE,
    rent_payer          text NOT NULL,
    -- bit n allows the Token-2022 extension type numbered n
    allowed_extensions  chain.u64 NOT NULL,
    slot                bigint NOT NULL
);

ALTER TABLE chain.merchants
    -- whom the authority has offered its place to
    ADD COLUMN pending_authority text,
    ADD COLUMN rent_payer        text;
UPDATE chain.merchants m SET rent_payer = (
    SELECT e.data::json ->> 'rent_payer' FROM chain.events e
    WHERE e.type = 'MerchantRegistered' AND e.merchant = m.address
    ORDER BY e.slot DESC, e.transaction_index DESC, e.instruction DESC, e.inner_index DESC LIMIT 1
), pending_authority = (
    -- the zero address is nobody
    SELECT nullif(e.data::json ->> 'pending_authority', '11111111111111111111111111111111') FROM chain.events e
    WHERE e.type IN ('MerchantRegistered', 'MerchantAuthorityProposed', 'MerchantAuthorityAccepted')
        AND e.merchant = m.address
    ORDER BY e.slot DESC, e.transaction_index DESC, e.instruction DESC, e.inner_index DESC LIMIT 1
);
ALTER TABLE chain.merchants ALTER COLUMN rent_payer SET NOT NULL;

ALTER TABLE chain.vaults
    ADD COLUMN rent_payer         text,
    -- the mask of the mint's policy when it was last copied
    ADD COLUMN allowed_extensions chain.u64;
UPDATE chain.vaults v SET rent_payer = (
    SELECT e.data::json ->> 'rent_payer' FROM chain.events e
    WHERE e.type = 'VaultOpened' AND e.vault = v.address
    ORDER BY e.slot DESC, e.transaction_index DESC, e.instruction DESC, e.inner_index DESC LIMIT 1
), allowed_extensions = (
    SELECT (e.data::json ->> 'allowed_extensions')::numeric FROM chain.events e
    WHERE e.type IN ('VaultOpened', 'VaultPolicySynced') AND e.vault = v.address
    ORDER BY e.slot DESC, e.transaction_index DESC, e.instruction DESC, e.inner_index DESC LIMIT 1
);
ALTER TABLE chain.vaults
    ALTER COLUMN rent_payer SET NOT NULL,
    ALTER COLUMN allowed_extensions SET NOT NULL;

-- A campaign's address is one once, so its row stays when the account is closed.
CREATE TABLE chain.campaigns (
    address         text PRIMARY KEY,
    creator         text NOT NULL,
    beneficiary     text NOT NULL,
    mint            text NOT NULL,
    campaign_token  text NOT NULL,
    token_program   text NOT NULL,
    decimals        smallint NOT NULL,
    rent_payer      text NOT NULL,
    -- the creator's
    campaign_id     chain.u64 NOT NULL,
    goal            chain.amount NOT NULL,
    deadline        timestamptz NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('keep_all', 'all_or_nothing')),
    salt            smallint NOT NULL,
    raised          chain.amount NOT NULL DEFAULT 0,
    withdrawn       chain.amount NOT NULL DEFAULT 0,
    refunded        chain.amount NOT NULL DEFAULT 0,
    -- how many are open
    receipts        bigint NOT NULL DEFAULT 0,
    cancelled       boolean NOT NULL DEFAULT false,
    closed          boolean NOT NULL DEFAULT false,
    sequence        bigint NOT NULL DEFAULT 0,
    slot            bigint NOT NULL,
    CHECK (withdrawn + refunded <= raised)
);
CREATE INDEX campaigns_by_creator ON chain.campaigns (creator);
CREATE INDEX campaigns_by_beneficiary ON chain.campaigns (beneficiary);

-- What an all-or-nothing campaign owes a donor if it fails.
CREATE TABLE chain.receipts (
    address         text PRIMARY KEY,
    campaign        text NOT NULL,
    donor           text NOT NULL,
    rent_payer      text NOT NULL,
    salt            smallint NOT NULL,
    amount          chain.amount NOT NULL,
    -- how it ended: the money went back, or was the beneficiary's
    outcome         text CHECK (outcome IN ('refunded', 'settled')),
    sequence        bigint NOT NULL,
    slot            bigint NOT NULL
);
CREATE INDEX receipts_by_campaign ON chain.receipts (campaign);
CREATE INDEX receipts_by_donor ON chain.receipts (donor);

-- Each donation, in the order of its campaign.
CREATE TABLE chain.donations (
    signature       text NOT NULL,
    instruction     smallint NOT NULL,
    inner_index     smallint NOT NULL,
    campaign        text NOT NULL,
    -- the campaign's, after the donation
    sequence        bigint NOT NULL,
    donor           text NOT NULL,
    -- of an all-or-nothing campaign
    receipt         text,
    -- what arrived, and what left the donor for it
    amount          chain.amount NOT NULL,
    sent            chain.amount NOT NULL,
    donated_at      timestamptz NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (signature, instruction, inner_index)
);
CREATE INDEX donations_by_campaign ON chain.donations (campaign, sequence);
CREATE INDEX donations_by_donor ON chain.donations (donor, donated_at);

CREATE TABLE chain.pools (
    address             text PRIMARY KEY,
    founder             text NOT NULL,
    index               integer NOT NULL,
    authority           text NOT NULL,
    -- whom the authority has offered its place to
    pending_authority   text,
    rent_payer          text NOT NULL,
    stake_mint          text NOT NULL,
    stake_token         text NOT NULL,
    token_program       text NOT NULL,
    decimals            smallint NOT NULL,
    terms_hash          bytea NOT NULL,
    cooldown_seconds    bigint NOT NULL,
    -- of each tier, in the order of the terms
    lock_seconds        bigint[] NOT NULL,
    weight_bps          integer[] NOT NULL,
    -- what earns, what is on its way out, and what the stakes weigh
    staked              chain.amount NOT NULL DEFAULT 0,
    cooling             chain.amount NOT NULL DEFAULT 0,
    weighted            chain.amount NOT NULL DEFAULT 0,
    -- how many are open
    positions           bigint NOT NULL DEFAULT 0,
    retired             boolean NOT NULL DEFAULT false,
    sequence            bigint NOT NULL DEFAULT 0,
    slot                bigint NOT NULL,
    CHECK (cardinality(lock_seconds) = cardinality(weight_bps))
);
CREATE INDEX pools_by_mint ON chain.pools (stake_mint);

-- What a pool pays its stakers in. How far a reward is shared out is on the chain only: no event tells.
CREATE TABLE chain.rewards (
    pool            text NOT NULL,
    mint            text NOT NULL,
    -- where it stands in the pool; the last one takes the place of one that is removed
    index           smallint NOT NULL,
    reward_token    text NOT NULL,
    token_program   text NOT NULL,
    decimals        smallint NOT NULL,
    rent_payer      text NOT NULL,
    funded          chain.amount NOT NULL DEFAULT 0,
    claimed         chain.amount NOT NULL DEFAULT 0,
    slot            bigint NOT NULL,
    PRIMARY KEY (pool, mint),
    CHECK (claimed <= funded)
);

CREATE TABLE chain.positions (
    address         text PRIMARY KEY,
    pool            text NOT NULL,
    owner           text NOT NULL,
    rent_payer      text NOT NULL,
    tier            smallint NOT NULL,
    amount          chain.amount NOT NULL,
    weighted        chain.amount NOT NULL,
    cooling         chain.amount NOT NULL,
    -- from when on the stake can be asked back
    unlock_at       timestamptz NOT NULL,
    -- from when on what cools down can be withdrawn; nothing before the first was asked back
    available_at    timestamptz,
    sequence        bigint NOT NULL,
    slot            bigint NOT NULL
);
CREATE INDEX positions_by_pool ON chain.positions (pool);
CREATE INDEX positions_by_owner ON chain.positions (owner);

-- Stays when the account is closed, until one is created at the same address again.
CREATE TABLE chain.vestings (
    address         text PRIMARY KEY,
    grantor         text NOT NULL,
    beneficiary     text NOT NULL,
    mint            text NOT NULL,
    vesting_token   text NOT NULL,
    token_program   text NOT NULL,
    decimals        smallint NOT NULL,
    rent_payer      text NOT NULL,
    -- the grantor's
    vesting_id      chain.u64 NOT NULL,
    total           chain.amount NOT NULL,
    starts_at       timestamptz NOT NULL,
    cliff_at        timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    revocable       boolean NOT NULL,
    salt            smallint NOT NULL,
    claimed         chain.amount NOT NULL DEFAULT 0,
    returned        chain.amount NOT NULL DEFAULT 0,
    revoked_at      timestamptz,
    closed          boolean NOT NULL DEFAULT false,
    sequence        bigint NOT NULL DEFAULT 0,
    slot            bigint NOT NULL,
    CHECK (claimed + returned <= total)
);
CREATE INDEX vestings_by_grantor ON chain.vestings (grantor);
CREATE INDEX vestings_by_beneficiary ON chain.vestings (beneficiary);

-- What of a mint has been burned through the program. Gone with a mint that is no more.
CREATE TABLE chain.burn_records (
    address             text PRIMARY KEY,
    mint                text NOT NULL,
    decimals            smallint NOT NULL,
    rent_payer          text NOT NULL,
    burned_by_holders   chain.amount NOT NULL DEFAULT 0,
    burned_from_fees    chain.amount NOT NULL DEFAULT 0,
    sequence            bigint NOT NULL DEFAULT 0,
    slot                bigint NOT NULL
);

-- Each burn, in the order of its record.
CREATE TABLE chain.burns (
    signature       text NOT NULL,
    instruction     smallint NOT NULL,
    inner_index     smallint NOT NULL,
    record          text NOT NULL,
    -- the record's, after the burn
    sequence        bigint NOT NULL,
    mint            text NOT NULL,
    -- whose tokens they were; nobody's when they were fees
    owner           text,
    amount          chain.amount NOT NULL,
    burned_at       timestamptz NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (signature, instruction, inner_index)
);
CREATE INDEX burns_by_record ON chain.burns (record, slot, sequence);
CREATE INDEX burns_by_owner ON chain.burns (owner, burned_at) WHERE owner IS NOT NULL;

-- The transactions of a merchant's payments and its payouts, summed up by day (UTC).
CREATE TABLE chain.daily_totals (
    day             date NOT NULL,
    merchant        text NOT NULL,
    -- nothing where the vault was opened before the first slot that was indexed
    mint            text,
    kind            text NOT NULL CHECK (kind IN ('authorize', 'charge', 'capture', 'release', 'dispute', 'resolve',
        'void', 'reclaim', 'refund', 'close', 'payout')),
    count           bigint NOT NULL,
    amount          numeric NOT NULL,
    -- how captured money was divided: the amount is fees, shared and net
    fees            numeric NOT NULL,
    shared          numeric NOT NULL,
    net             numeric NOT NULL,
    -- what a final capture gave back beside the amount
    returned        numeric NOT NULL,
    UNIQUE NULLS NOT DISTINCT (merchant, day, mint, kind)
);

-- The protocol's fees on their way out, summed up by day (UTC): swept out of vaults, or harvested from what a mint with
-- a transfer fee had withheld.
CREATE TABLE chain.daily_fees (
    day             date NOT NULL,
    mint            text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('sweep', 'harvest')),
    count           bigint NOT NULL,
    treasury        numeric NOT NULL,
    stakers         numeric NOT NULL,
    burned          numeric NOT NULL,
    PRIMARY KEY (mint, day, kind)
);

-- The lines cover all money that the program holds: `owner` is the vault, campaign, pool or vesting that holds it.
ALTER TABLE chain.ledger RENAME COLUMN vault TO owner;
ALTER TABLE chain.ledger
    DROP CONSTRAINT ledger_account_check,
    ADD CONSTRAINT ledger_account_check CHECK (account IN ('external', 'escrow', 'balance', 'fees', 'donations',
        'stake', 'rewards', 'vesting')),
    -- nothing where the owner began before the first slot that was indexed
    ADD COLUMN mint text;
UPDATE chain.ledger l SET mint = e.data::json ->> 'mint'
FROM chain.events e WHERE e.type = 'VaultOpened' AND e.vault = l.owner;
