-- Lines are written in the transaction that writes their event, by the one writer that there is, and taken
-- back with it. Looking the event up again for each line was a quarter of what a commit costs the database.
ALTER TABLE chain.ledger DROP CONSTRAINT ledger_signature_instruction_inner_index_fkey;
