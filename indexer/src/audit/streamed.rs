//! Rows against accounts as they were streamed, both in one snapshot of the database.
//!
//! A stream does not prove that it told all writes of accounts. So what it told last may be old, and an
//! account that it told may be gone: neither says anything about a row.

use std::collections::BTreeMap;

use till_store::chain::audit::{Snapshot, StreamedAccount, Table, TableRow};

use super::{
    AuditError, Findings,
    compare::{address, expected, told},
    difference::Difference,
    verdict::{Look, Row},
};

/// Compares the rows `keys` of `table` as far as their accounts were streamed.
pub async fn compare(
    snapshot: &mut Snapshot<'_>,
    table: Table,
    keys: &[String],
) -> Result<Findings, AuditError> {
    let addresses: Vec<String> =
        keys.iter().filter_map(|key| Some(address(table, key)?.to_string())).collect();
    let streamed = snapshot.streamed_of(&addresses).await?;
    let rows = snapshot.rows(table, keys).await?;
    let mut rows: BTreeMap<String, TableRow> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    let mut findings = Findings::default();
    for StreamedAccount { address, data, slot } in streamed {
        let expected = expected(&address, &data)?;
        let account = Some(expected.fields);
        let Some(row) = rows.remove(&expected.key).and_then(|row| told(row, account.as_ref())) else {
            continue;
        };
        let look = Look { slot, account, indexed: snapshot.checkpoint.slot, row: Some(row) };
        if is_old(&look) {
            continue;
        }
        findings.differences.extend(Difference::of(table, &expected.key, &look));
        findings.compared += 1;
    }
    Ok(findings)
}

/// Whether the row has changed since the write that was told.
fn is_old(look: &Look) -> bool {
    let sequence = |fields: &super::Fields| fields.get("sequence").and_then(serde_json::Value::as_u64);
    let Some(Row { slot, fields }) = &look.row else { return true };
    *slot > look.slot || sequence(fields) > look.account.as_ref().and_then(sequence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn look(row: (i64, u64), account: (i64, u64)) -> Look {
        let fields = |sequence| super::super::Fields::from_iter([("sequence".to_owned(), json!(sequence))]);
        let account_fields = Some(fields(account.1));
        let row = Some(Row { slot: row.0, fields: fields(row.1) });
        Look { slot: account.0, account: account_fields, indexed: 100, row }
    }

    #[test]
    fn a_write_that_was_not_told_makes_what_was_told_old() {
        assert!(is_old(&look((11, 4), (10, 3))));
        assert!(is_old(&look((10, 4), (10, 3))), "several in a slot");
        assert!(!is_old(&look((10, 3), (10, 3))));
        assert!(!is_old(&look((9, 2), (10, 3))), "the row has missed something");
    }
}
