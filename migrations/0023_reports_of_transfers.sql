-- Money that came to payments by plain transfers, in reports.

-- The table is written anew, and nobody reads or writes it meanwhile. A process of the version before cannot write it
-- afterwards; it looks for the same transfers again.
SET LOCAL lock_timeout = '5s';

ALTER TABLE transfers
    -- whose payment it is
    ADD COLUMN merchant_id text REFERENCES merchants,
    -- Nobody says where in its block a transfer stood; this tells those of a slot apart, and orders them.
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
UPDATE transfers f SET merchant_id = p.merchant_id FROM payments p WHERE p.id = f.payment_id;
ALTER TABLE transfers ALTER COLUMN merchant_id SET NOT NULL;
CREATE INDEX transfers_by_merchant ON transfers (merchant_id, block_time, slot, number);

-- What the program has told. It stays a view of its own, so that a page of it is read in the order of its index.
ALTER VIEW merchant_operations RENAME TO merchant_event_operations;

-- The plain transfers to a merchant's wallet that named a payment, one row for each token. All of the amount is net, and
-- paid out in that moment: it never is in a vault, and nothing of it is the protocol's. It stands behind the events
-- of its slot: no block has 2^32 transactions.
CREATE VIEW merchant_transfer_operations AS
SELECT m.address AS merchant, f.block_time, f.slot, 4294967296 + f.number AS transaction_index,
    0::smallint AS instruction, 0::smallint AS inner_index, f.signature, 'transfer'::text AS kind, f.mint, f.decimals,
    n.symbol, NULL::text AS transaction_id, p.id AS payment_id, p.store_id, p.order_reference,
    f.amount::numeric AS amount, 0::numeric AS fee, 0::numeric AS shared, f.amount::numeric AS net,
    0::numeric AS returned, f.amount::numeric AS paid_out
FROM merchants m
JOIN transfers f ON f.merchant_id = m.id
JOIN payments p ON p.id = f.payment_id
LEFT JOIN tokens n ON n.mint = f.mint;

-- All of a merchant's money.
CREATE VIEW merchant_operations AS
SELECT merchant, block_time, slot, transaction_index, instruction, inner_index, signature, kind, mint, decimals,
    symbol, transaction_id, payment_id, store_id, order_reference, amount, fee, shared, net, returned, paid_out
FROM merchant_event_operations
UNION ALL
SELECT merchant, block_time, slot, transaction_index, instruction, inner_index, signature, kind, mint, decimals,
    symbol, transaction_id, payment_id, store_id, order_reference, amount, fee, shared, net, returned, paid_out
FROM merchant_transfer_operations;
