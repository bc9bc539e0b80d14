//! Totals, and what they are totals of.

use sqlx::PgConnection;

use super::Imbalance;

/// A campaign has raised what was donated, a receipt is for what its donor gave, a record has counted what
/// was burned. One that was opened again counts anew, and only its last burns.
const RUNNING: &str = r#"
    SELECT 'campaigns' AS "table", c.address AS key, 'raised' AS field, c.raised::text AS sum,
        coalesce(sum(d.amount), 0)::text AS expected
    FROM chain.campaigns c LEFT JOIN chain.donations d ON d.campaign = c.address
    GROUP BY c.address HAVING c.raised <> coalesce(sum(d.amount), 0)
    UNION ALL
    SELECT 'receipts', r.address, 'amount', r.amount::text, coalesce(sum(d.amount), 0)::text
    FROM chain.receipts r LEFT JOIN chain.donations d ON d.receipt = r.address
    WHERE r.outcome IS NULL
    GROUP BY r.address HAVING r.amount <> coalesce(sum(d.amount), 0)
    UNION ALL
    SELECT 'burn_records', address, field, total::text, expected::text
    FROM chain.burn_records r
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE owner IS NOT NULL), 0) AS by_holders,
            coalesce(sum(amount) FILTER (WHERE owner IS NULL), 0) AS from_fees
        FROM (
            SELECT * FROM chain.burns WHERE record = r.address ORDER BY slot DESC, sequence DESC LIMIT r.sequence
        ) AS last
    ) AS burned
    CROSS JOIN LATERAL (VALUES ('burned_by_holders', r.burned_by_holders, by_holders),
        ('burned_from_fees', r.burned_from_fees, from_fees)) AS part (field, total, expected)
    WHERE total <> expected"#;

/// The transactions of a merchant's payments and its payouts, day by day. The mint is left out: events
/// do not tell it.
const DAILY_TOTALS: &str = r#"
    WITH happened AS (
        SELECT (block_time AT TIME ZONE 'UTC')::date AS day, merchant, data::json AS data,
            CASE type
                WHEN 'PaymentAuthorized' THEN 'authorize' WHEN 'PaymentCharged' THEN 'charge'
                WHEN 'PaymentCaptured' THEN 'capture' WHEN 'PaymentReleased' THEN 'release'
                WHEN 'PaymentDisputed' THEN 'dispute' WHEN 'PaymentResolved' THEN 'resolve'
                WHEN 'PaymentVoided' THEN 'void' WHEN 'PaymentReclaimed' THEN 'reclaim'
                WHEN 'PaymentRefunded' THEN 'refund' WHEN 'PaymentClosed' THEN 'close'
                WHEN 'PaidOut' THEN 'payout'
            END AS kind
        FROM chain.events
        WHERE merchant IS NOT NULL
    ), expected AS (
        SELECT day, merchant, kind, count(*) AS count,
            coalesce(sum(coalesce(data -> 'settled' ->> 'amount', data ->> 'amount',
                data -> 'terms' ->> 'amount')::numeric), 0) AS amount,
            coalesce(sum((data -> 'settled' ->> 'fee')::numeric), 0) AS fees,
            coalesce(sum((data -> 'settled' ->> 'net')::numeric), 0) AS net,
            coalesce(sum((data -> 'settled' ->> 'returned')::numeric), 0) AS returned
        FROM happened WHERE kind IS NOT NULL GROUP BY day, merchant, kind
    ), found AS (
        SELECT day, merchant, kind, sum(count) AS count, sum(amount) AS amount, sum(fees) AS fees, sum(net) AS net,
            sum(returned) AS returned, sum(fees + shared + net) AS divided
        FROM chain.daily_totals GROUP BY day, merchant, kind
    )
    SELECT 'daily_totals' AS "table", format('%s of %s on %s', kind, merchant, day) AS key, field,
        sum::text AS sum, wanted::text AS expected
    FROM expected e FULL JOIN found f USING (day, merchant, kind)
    CROSS JOIN LATERAL (VALUES
        ('count', coalesce(f.count, 0), coalesce(e.count, 0)), ('amount', coalesce(f.amount, 0), coalesce(e.amount, 0)),
        ('fees', coalesce(f.fees, 0), coalesce(e.fees, 0)), ('net', coalesce(f.net, 0), coalesce(e.net, 0)),
        ('returned', coalesce(f.returned, 0), coalesce(e.returned, 0)),
        ('fees, shared and net', coalesce(f.divided, 0),
            CASE WHEN kind IN ('charge', 'capture', 'release', 'resolve') THEN coalesce(e.amount, 0) ELSE 0 END)
    ) AS part (field, sum, wanted)
    WHERE sum <> wanted
    ORDER BY day, merchant, kind"#;

/// The protocol's fees, day by day.
const DAILY_FEES: &str = r#"
    WITH expected AS (
        SELECT (block_time AT TIME ZONE 'UTC')::date AS day, data ->> 'mint' AS mint,
            CASE type WHEN 'FeesSwept' THEN 'sweep' ELSE 'harvest' END AS kind, count(*) AS count,
            sum((data -> 'shares' ->> 'treasury')::numeric) AS treasury,
            sum((data -> 'shares' ->> 'stakers')::numeric) AS stakers,
            sum((data -> 'shares' ->> 'burned')::numeric) AS burned
        FROM (
            SELECT block_time, type, data::json AS data FROM chain.events WHERE type IN ('FeesSwept', 'FeesHarvested')
        ) AS e
        GROUP BY 1, 2, 3
    )
    SELECT 'daily_fees' AS "table", format('%s in %s on %s', kind, mint, day) AS key, field,
        sum::text AS sum, wanted::text AS expected
    FROM expected e FULL JOIN chain.daily_fees f USING (day, mint, kind)
    CROSS JOIN LATERAL (VALUES
        ('count', coalesce(f.count, 0), coalesce(e.count, 0)),
        ('treasury', coalesce(f.treasury, 0), coalesce(e.treasury, 0)),
        ('stakers', coalesce(f.stakers, 0), coalesce(e.stakers, 0)),
        ('burned', coalesce(f.burned, 0), coalesce(e.burned, 0))
    ) AS part (field, sum, wanted)
    WHERE sum <> wanted
    ORDER BY day, mint, kind"#;

pub async fn imbalances(db: &mut PgConnection) -> sqlx::Result<Vec<Imbalance>> {
    let mut found = Vec::new();
    for statement in [RUNNING, DAILY_TOTALS, DAILY_FEES] {
        let rows: Vec<Imbalance> = sqlx::query_as(statement).fetch_all(&mut *db).await?;
        found.extend(rows);
    }
    Ok(found)
}
