-- Who describes a campaign or a pool has proven that a wallet of it consents: by a signed-in session of that wallet, or
-- by a merchant that it founded and governs. Whoever registers a merchant names authority, operator and payout wallet
-- without their signatures; the founder signs.

-- Who waits for readers longer than this keeps everybody else waiting behind it.
SET LOCAL lock_timeout = '5s';

-- What nobody has proven is kept and not shown, and gives way to whoever proves it. `by_authority` stays, filled, for
-- processes of the version before.
ALTER TABLE campaign_profiles
    -- that consents, one of the campaign's; nothing where none has
    ADD COLUMN wallet text,
    ALTER COLUMN by_authority SET DEFAULT true;
UPDATE campaign_profiles f SET wallet = w.founder
FROM merchants m, chain.merchants w, chain.campaigns c
WHERE f.by_authority AND m.id = f.merchant_id AND w.address = m.address AND c.address = f.address
  AND w.authority = w.founder AND w.founder IN (c.creator, c.beneficiary);

ALTER TABLE pool_profiles
    -- that consents, the pool's authority when it was said; nothing where none has
    ADD COLUMN wallet text,
    ALTER COLUMN by_authority SET DEFAULT true;
UPDATE pool_profiles f SET wallet = w.founder
FROM merchants m, chain.merchants w, chain.pools p
WHERE f.by_authority AND m.id = f.merchant_id AND w.address = m.address AND p.address = f.address
  AND w.authority = w.founder AND w.founder = p.authority;
