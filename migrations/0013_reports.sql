-- What merchants account by.

-- A merchant's events in the order of time, which is that of the chain.
CREATE INDEX events_by_merchant ON chain.events
    (merchant, block_time, slot, transaction_index, instruction, inner_index) WHERE merchant IS NOT NULL;

-- A merchant's money, one row an event: the transactions of its payments, payouts, and sweeps of fees out of its
-- vaults. `amount` of a capture is divided into fee, shared and net; `returned` went back to the payer beside it.
CREATE VIEW merchant_operations AS
SELECT e.merchant, e.block_time, e.slot, e.transaction_index, e.instruction, e.inner_index, e.signature, k.kind,
    coalesce(c.mint, o.mint) AS mint, coalesce(p.decimals, o.decimals) AS decimals, n.symbol,
    t.id AS transaction_id, p.id AS payment_id, p.store_id, p.order_reference,
    coalesce(d.settled ->> 'amount', d.event ->> 'amount', d.event -> 'terms' ->> 'amount', s.swept::text, '0')::numeric
        AS amount,
    coalesce(d.settled ->> 'fee', '0')::numeric AS fee,
    coalesce((SELECT sum(share::numeric) FROM json_array_elements_text(d.settled -> 'splits') AS share), 0) AS shared,
    coalesce(d.settled ->> 'net', '0')::numeric AS net,
    coalesce(d.settled ->> 'returned', '0')::numeric AS returned,
    -- of the net, what was paid to the merchant's wallet in the same moment
    CASE WHEN d.settled ->> 'payout_token' IS NOT NULL THEN (d.settled ->> 'net')::numeric ELSE 0 END AS paid_out
FROM chain.events e
JOIN (VALUES ('PaymentAuthorized', 'authorize'), ('PaymentCharged', 'charge'), ('PaymentCaptured', 'capture'),
        ('PaymentReleased', 'release'), ('PaymentDisputed', 'dispute'), ('PaymentResolved', 'resolve'),
        ('PaymentVoided', 'void'), ('PaymentReclaimed', 'reclaim'), ('PaymentRefunded', 'refund'),
        ('PaymentClosed', 'close'), ('PaidOut', 'payout'), ('FeesSwept', 'sweep')) AS k (type, kind) ON k.type = e.type
CROSS JOIN LATERAL (SELECT e.data::json AS event, e.data::json -> 'settled' AS settled) AS d
CROSS JOIN LATERAL (
    SELECT CASE WHEN k.kind = 'sweep' THEN (d.event -> 'shares' ->> 'treasury')::numeric
        + (d.event -> 'shares' ->> 'stakers')::numeric + (d.event -> 'shares' ->> 'burned')::numeric END AS swept
) AS s
LEFT JOIN chain.payments c ON c.address = e.payment
LEFT JOIN payments p ON p.address = e.payment
LEFT JOIN transactions t ON t.payment_id = p.id AND t.sequence = e.payment_sequence
-- A vault's row goes with its account; the event that opened it stays.
LEFT JOIN LATERAL (
    SELECT b.data::json ->> 'mint' AS mint, (b.data::json ->> 'decimals')::smallint AS decimals
    FROM chain.events b WHERE coalesce(b.vault, b.subject) = e.vault AND b.type = 'VaultOpened' LIMIT 1
) AS o ON true
LEFT JOIN tokens n ON n.mint = coalesce(c.mint, o.mint)
WHERE e.merchant IS NOT NULL;
