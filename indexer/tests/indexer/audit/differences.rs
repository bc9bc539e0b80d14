//! Each kind of difference is found, by its name.

use till::Payment;

use super::{
    accounts,
    program::{Program, places},
};
use crate::world::{Escrow, MINT, VAULT, VAULT_TOKEN};

#[tokio::test]
async fn what_is_equal_is_found_equal() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let findings = program.audit().await;
    assert_eq!(places(&findings.differences), []);
    assert_eq!(findings.unsettled, []);
    assert_eq!(findings.compared, 4, "merchant, vault, payment, and the vault's money");
}

#[tokio::test]
async fn a_wrong_amount_is_found() {
    let mut program = Program::begin().await;
    let escrow = program.payment(1).await;
    let found = program
        .tampered(
            "UPDATE chain.payments SET capturable = capturable - 1",
            "UPDATE chain.payments SET capturable = capturable + 1",
        )
        .await;
    assert_eq!(places(&found), [("payments", &*escrow.address.to_string(), "capturable")]);
    assert_eq!(
        found[0].to_string(),
        format!(
            "payments {}: capturable: the database says 599, the chain 600; unchanged since slot 101; as of slot 101",
            escrow.address
        )
    );
    assert_eq!(program.audit().await.differences, []);
}

#[tokio::test]
async fn rows_and_accounts_that_are_missing_are_found() {
    let mut program = Program::begin().await;
    let escrow = program.payment(1).await;
    let address = escrow.address.to_string();
    let found = program
        .tampered(
            "CREATE TABLE kept AS SELECT * FROM chain.payments; DELETE FROM chain.payments",
            "INSERT INTO chain.payments SELECT * FROM kept",
        )
        .await;
    assert_eq!(places(&found), [("payments", &*address, "account")]);
    assert!(found[0].to_string().contains("the database says nothing, the chain open"), "{}", found[0]);

    let account = program.remove(escrow.address).unwrap();
    let found = program.audit().await.differences;
    assert_eq!(places(&found), [("payments", &*address, "account")]);
    assert!(found[0].to_string().contains("the database says open, the chain nothing"), "{}", found[0]);
    program.set(escrow.address, account);

    let found = program
        .tampered("UPDATE chain.payments SET closed = true", "UPDATE chain.payments SET closed = false")
        .await;
    assert_eq!(places(&found), [("payments", &*address, "closed")]);
}

#[tokio::test]
async fn an_account_that_no_event_told_of_is_found() {
    let mut program = Program::begin().await;
    let mut unheard = Escrow::new(9, 700);
    unheard.balances.sequence = 1;
    program.set(unheard.address, accounts::of::<Payment>(&accounts::payment(&unheard)));
    program.commit(Vec::new()).await;
    let address = unheard.address.to_string();
    assert_eq!(places(&program.audit().await.differences), [("payments", &*address, "account")]);
}

#[tokio::test]
async fn a_ledger_that_is_off_is_found() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let vault = VAULT.to_string();
    let found = program
        .tampered(
            "UPDATE chain.ledger SET amount = amount + 5 WHERE account = 'fees'",
            "UPDATE chain.ledger SET amount = amount - 5 WHERE account = 'fees'",
        )
        .await;
    let of_fees = format!("fees of {MINT}");
    let places = places(&found);
    assert_eq!(places.len(), 2, "{places:?}");
    assert_eq!((places[0].0, places[0].2), ("ledger", "lines"));
    assert_eq!(places[1], ("ledger", &*vault, &*of_fees));
    assert!(found[1].to_string().ends_with("is 9, and should be 4"), "{}", found[1]);
}

#[tokio::test]
async fn a_total_that_is_off_is_found() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let found = program
        .tampered(
            "UPDATE chain.daily_totals SET amount = amount + 1 WHERE kind = 'authorize'",
            "UPDATE chain.daily_totals SET amount = amount - 1 WHERE kind = 'authorize'",
        )
        .await;
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((found.table.as_str(), found.field.as_str()), ("daily_totals", "amount"));
}

#[tokio::test]
async fn a_vault_that_holds_too_little_is_found() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let holding = format!("token account {VAULT_TOKEN}");
    for (amount, is_short) in [(1_000, false), (1_001, false), (999, true)] {
        program.set(VAULT_TOKEN, accounts::token(MINT, VAULT, amount));
        let found = program.audit().await.differences;
        let expected = [("vaults", &*VAULT.to_string(), &*holding)];
        assert_eq!(places(&found), if is_short { &expected[..] } else { &[] }, "{amount}");
    }
    let foreign = [accounts::token(VAULT, VAULT, 1_000), accounts::token(MINT, MINT, 1_000)];
    for account in foreign {
        program.set(VAULT_TOKEN, account);
        let found = program.audit().await.differences;
        assert!(found[0].to_string().contains("holds 0, and owes 1000"), "{found:?}");
    }
}
