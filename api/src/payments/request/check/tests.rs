use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::*;

/// The fields of a request that are refused, after a change to one that is not.
fn refused(change: Value) -> Vec<String> {
    let mut body = json!({ "amount": "25.00", "token": "USDC" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let mut errors = FieldErrors::default();
    serde_json::from_value::<PaymentRequest>(body).unwrap().check(&mut errors);
    errors.fields()
}

fn wallet_address() -> String {
    solana_keypair::Keypair::new().pubkey().to_string()
}

fn share(bps: u16) -> Value {
    json!({ "wallet": wallet_address(), "bps": bps })
}

fn item(total: &str) -> Value {
    json!({ "name": "Coffee", "quantity": "2", "unit_price": "1", "total": total })
}

#[test]
fn defaults_are_acceptable() {
    assert!(refused(json!({})).is_empty());
}

#[test]
fn bounds_are_the_programs() {
    for (field, value) in [
        ("authorization_expires_in", 0),
        ("authorization_expires_in", MAX_AUTHORIZATION_SECONDS + 1),
        ("refund_window", -1),
        ("refund_window", MAX_REFUND_SECONDS + 1),
        ("max_fee_bps", 501),
    ] {
        assert_eq!(refused(json!({ field: value })), [field], "{value}");
    }
}

#[test]
fn a_quote_ends_before_the_authorization() {
    for seconds in [59, 3_601] {
        assert_eq!(refused(json!({ "quote_expires_in": seconds })), ["quote_expires_in"], "{seconds}");
    }
    assert!(refused(json!({ "quote_expires_in": 3_600 })).is_empty());
}

#[test]
fn a_token_or_several_are_accepted() {
    assert_eq!(refused(json!({ "token": null })), ["token"]);
    assert_eq!(refused(json!({ "accepted_tokens": ["USDC"] })), ["accepted_tokens"]);
    let several = json!({ "token": null, "accepted_tokens": ["USDC", "SOL"] });
    assert_eq!(refused(several), ["currency"]);
    assert!(
        refused(json!({ "token": null, "accepted_tokens": ["USDC", "SOL"], "currency": "EUR" })).is_empty()
    );
    let many = json!({ "token": null, "accepted_tokens": vec!["X"; 9], "currency": "EUR" });
    assert_eq!(refused(many), ["accepted_tokens"]);
}

#[test]
fn a_price_is_a_decimal_above_zero() {
    for amount in ["0", "0.00", "-1", "ten", "", "1e3", "1.0000000000001", "1000000000000000"] {
        assert_eq!(refused(json!({ "amount": amount, "currency": "EUR" })), ["amount"], "{amount}");
    }
    assert_eq!(refused(json!({ "currency": "" })), ["currency"]);
}

#[test]
fn payees_share_at_most_everything() {
    assert!(refused(json!({ "splits": [share(5_000), share(5_000)] })).is_empty());
    assert_eq!(refused(json!({ "splits": [share(5_000), share(5_001)] })), ["splits"]);
    assert_eq!(refused(json!({ "splits": vec![share(1); 5] })), ["splits"]);
    assert_eq!(refused(json!({ "splits": [share(0)] })), ["splits.0.bps"]);
    for wallet in ["me".to_owned(), Pubkey::default().to_string(), till::pda::protocol().0.to_string()] {
        let splits = json!([{ "wallet": wallet, "bps": 1 }]);
        assert_eq!(refused(json!({ "splits": splits })), ["splits.0.wallet"], "{wallet}");
    }
}

#[test]
fn protection_is_within_the_programs_bounds() {
    let protected = |after: i64, seconds: u32| json!({ "protection": { "capture_after": after, "arbiter": wallet_address(), "dispute_seconds": seconds } });
    assert!(refused(protected(0, 3_600)).is_empty() && refused(protected(3_599, 30 * 86_400)).is_empty());
    for after in [-1, 3_600] {
        assert_eq!(refused(protected(after, 3_600)), ["protection.capture_after"], "{after}");
    }
    for seconds in [3_599, 30 * 86_400 + 1] {
        assert_eq!(refused(protected(0, seconds)), ["protection.dispute_seconds"], "{seconds}");
    }
    let mut immediate = protected(0, 3_600);
    immediate["capture_mode"] = json!("immediate");
    assert_eq!(refused(immediate), ["protection"]);
    let mut nobody = protected(0, 3_600);
    nobody["protection"]["arbiter"] = json!(Pubkey::default().to_string());
    assert_eq!(refused(nobody), ["protection.arbiter"]);
}

#[test]
fn items_add_up_to_the_amount() {
    assert!(refused(json!({ "items": [item("20"), item("5.00")] })).is_empty());
    assert_eq!(refused(json!({ "items": [item("20"), item("5.01")] })), ["items"]);
    assert_eq!(refused(json!({ "items": [item("x")] })), ["items.0.total"]);
    let mut nameless = item("25");
    nameless["name"] = json!("");
    assert_eq!(refused(json!({ "items": [nameless] })), ["items.0.name"]);
    let many = json!({ "items": vec![item("0.2"); 101], "amount": "20.2" });
    assert_eq!(refused(many), ["items"]);
}

#[test]
fn a_customer_is_plausible() {
    let plausible =
        json!({ "reference": "c-1", "email": "a@b.hu", "name": "Éva", "country": "HU", "ip": "::1" });
    assert!(refused(json!({ "customer": plausible })).is_empty());
    for (field, value) in [
        ("email", "a@b"),
        ("country", "hu"),
        ("country", "HUN"),
        ("ip", "1.2.3"),
        ("reference", ""),
        ("name", "\u{7}"),
    ] {
        assert_eq!(
            refused(json!({ "customer": { field: value } })),
            [format!("customer.{field}")],
            "{value}"
        );
    }
}

#[test]
fn a_plain_transfer_has_no_payees_and_no_protection() {
    assert!(refused(json!({ "accept_transfer": true })).is_empty());
    assert_eq!(refused(json!({ "accept_transfer": true, "splits": [share(1)] })), ["accept_transfer"]);
}

#[test]
fn a_donation_leaves_room_for_three_payees_who_are_paid_at_once() {
    let asked = |splits: usize, mode: &str| {
        let campaign = Pubkey::new_unique().to_string();
        let splits = vec![share(1); splits];
        json!({ "splits": splits, "capture_mode": mode, "donation": { "campaign": campaign, "suggested": ["1.00"] } })
    };
    assert!(refused(asked(3, "immediate")).is_empty() && refused(asked(4, "manual")).is_empty());
    assert_eq!(refused(asked(4, "immediate")), ["donation"]);
    let mut odd = asked(0, "manual");
    odd["donation"]["suggested"] = json!(["much"]);
    assert_eq!(refused(odd), ["donation.suggested"]);
}

#[test]
fn a_redirect_goes_to_the_web() {
    for url in ["javascript:alert(1)", "data:text/html,x", "/relative", "https://"] {
        assert_eq!(refused(json!({ "redirect_url": url })), ["redirect_url"], "{url}");
    }
    assert!(refused(json!({ "redirect_url": "https://shop.example/thanks?o=1" })).is_empty());
}
