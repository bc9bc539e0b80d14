//! Paying by a Blink.

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use solana_keypair::{Keypair, write_keypair_file};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

use super::{code, press, show, signature, transaction, wallet};
use crate::asking::Shop;
use crate::support::Api;
use crate::support::ledger::opening;

const MEMO: &str = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr";

/// The identifier in a transaction, without the name of the protocol: identity, reference and signature.
fn identifier(transaction: &VersionedTransaction) -> Option<[String; 3]> {
    let (keys, instructions) =
        (transaction.message.static_account_keys(), transaction.message.instructions());
    let memos = instructions.iter().filter(|one| keys[usize::from(one.program_id_index)].to_string() == MEMO);
    let mut texts = memos.map(|memo| String::from_utf8(memo.data.clone()).unwrap());
    let text = texts.find(|text| text.starts_with("solana-action:"))?;
    let parts: Vec<String> = text.split(':').skip(1).map(str::to_owned).collect();
    parts.try_into().ok()
}

#[tokio::test]
async fn a_blink_shows_an_invoice_and_hands_out_what_pays_it() {
    let api = Api::start().await;
    let asked = json!({
        "amount": "25.00", "token": "USDC", "description": "Two books",
        "items": [{ "name": "Book", "quantity": "2", "unit_price": "12.50", "total": "25.00" }],
    });
    let payment: Value = api.post("/v1/payments", asked).await.json().await.unwrap();
    let pay = format!("/actions/pay/{}", payment["id"].as_str().unwrap());
    let shown = show(&api, &pay).await;
    assert_eq!(shown["type"], "action");
    assert_eq!(shown["icon"], "https://pay.example/icons/pay.png");
    assert_eq!((&shown["title"], &shown["label"]), (&json!("Demo Shop"), &json!("Pay 25.00 USDC")));
    let description = shown["description"].as_str().unwrap();
    for part in ["25.00 USDC to Demo Shop: Two books.", "2 × Book.", "escrow", "To be paid by"] {
        assert!(description.contains(part), "{description}");
    }
    let expected = json!([{ "type": "transaction", "href": pay, "label": "Pay 25.00 USDC" }]);
    assert_eq!(shown["links"]["actions"], expected);

    let payer = wallet(&api, 25_000_000);
    let answer = press(&api, &pay, json!({ "account": payer.to_string(), "type": "transaction" })).await;
    assert_eq!(
        (&answer["type"], &answer["message"]),
        (&json!("transaction"), &json!("Pay 25.00 USDC to Demo Shop"))
    );
    assert_eq!(answer["links"], json!({ "next": { "type": "post", "href": format!("{pay}/next") } }));
    let transaction = transaction(&answer);
    assert_eq!(transaction.message.static_account_keys()[0], payer);
    assert!(transaction.message.static_account_keys().contains(&till::ID));
}

#[tokio::test]
async fn a_transaction_says_by_whom_it_was_offered() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let (pay, payer) = (format!("/actions/pay/{}", payment.id), wallet(&api, 25_000_000));
    let body = json!({ "account": payer.to_string() });
    let handed_out = transaction(&press(&api, &pay, body.clone()).await);
    let [identity, reference, signature] = identifier(&handed_out).expect("an identifier");
    assert_eq!(identity, api.operator.pubkey().to_string(), "the operator's, unless another is configured");
    let key = VerifyingKey::from_bytes(&api.operator.pubkey().to_bytes()).unwrap();
    let signature = Signature::from_slice(&bs58::decode(signature).into_vec().unwrap()).unwrap();
    key.verify_strict(&bs58::decode(&reference).into_vec().unwrap(), &signature).unwrap();
    // Both stand on an instruction that is no memo, as keys that neither sign nor are written.
    let message = &handed_out.message;
    let at = |key: &str| message.static_account_keys().iter().position(|one| one.to_string() == key).unwrap();
    for index in [at(&identity), at(&reference)] {
        assert!(!message.is_signer(index));
        let carries = |one: &solana_message::compiled_instruction::CompiledInstruction| {
            one.accounts.iter().any(|account| usize::from(*account) == index)
        };
        let carrier = message.instructions().iter().find(|one| carries(one)).expect("a carrier");
        let program = message.static_account_keys()[usize::from(carrier.program_id_index)];
        assert_ne!(program.to_string(), MEMO);
    }
    let again = identifier(&transaction(&press(&api, &pay, body.clone()).await)).unwrap();
    assert_ne!(again[1], reference, "a reference is used once");

    let other = Keypair::new();
    let path = std::env::temp_dir().join(format!("till-identity-{}.json", other.pubkey()));
    write_keypair_file(&other, &path).unwrap();
    api.restart_with(|config| config.action_identity_keypair = Some(path.clone())).await;
    let configured = identifier(&transaction(&press(&api, &pay, body).await)).unwrap();
    assert_eq!(configured[0], other.pubkey().to_string());
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn nothing_is_called_paid_before_it_was_seen() {
    let mut api = Api::start().await;
    let (payment, other) = (api.payment().await, api.payment().await);
    let (payer, landed) = (Pubkey::new_unique(), signature());
    let next = format!("/actions/pay/{}/next", payment.id);
    let signed = json!({ "account": payer.to_string(), "signature": landed });
    assert_eq!(code(&api, &next, signed.clone()).await, "transaction_not_seen");
    // The node's word alone is not enough: nothing says what the transaction was about.
    api.rpc.node().landed.insert(landed.clone(), None);
    assert_eq!(code(&api, &next, signed.clone()).await, "transaction_not_seen");

    let opening = opening(&api.merchant.address, &payment, &payer, 0);
    api.ledger.begin_by(&payment, opening, &landed).await;
    let done = press(&api, &next, signed.clone()).await;
    assert_eq!((&done["type"], &done["label"]), (&json!("completed"), &json!("Paid")));
    assert!(done.get("links").is_none(), "{done}");
    let description = done["description"].as_str().unwrap();
    for part in ["25.00 USDC to Demo Shop", &landed, &payment.id, &payment.address] {
        assert!(description.contains(part), "{part} in {description}");
    }
    // Nor is it the payment of somebody else, or of something else.
    let stranger = json!({ "account": Pubkey::new_unique().to_string(), "signature": landed });
    assert_eq!(code(&api, &next, stranger).await, "signer_not_allowed");
    let elsewhere = format!("/actions/pay/{}/next", other.id);
    assert_eq!(code(&api, &elsewhere, signed).await, "transaction_not_seen");
    let nonsense = json!({ "account": payer.to_string(), "signature": "not one" });
    assert_eq!(code(&api, &next, nonsense).await, "validation_failed");
}

#[tokio::test]
async fn what_cannot_be_paid_any_more_has_no_button() {
    let mut api = Api::start().await;
    let paid = api.authorized().await;
    let cancelled = api.payment().await;
    api.post(&format!("/v1/payments/{}/cancel", cancelled.id), json!({})).await;
    for (payment, label, reason) in
        [(paid, "Paid", "paid already"), (cancelled, "Cancelled", "taken this request back")]
    {
        let shown = show(&api, &format!("/actions/pay/{}", payment.id)).await;
        assert_eq!((&shown["disabled"], &shown["label"]), (&json!(true), &json!(label)), "{shown}");
        assert!(shown["error"]["message"].as_str().unwrap().contains(reason), "{shown}");
        assert!(shown.get("links").is_none());
    }
}

#[tokio::test]
async fn a_customer_chooses_the_token() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    let path = format!("/actions/pay/{}", payment.id);
    let shown = show(&shop.api, &path).await;
    assert!(shown["description"].as_str().unwrap().starts_with("25.00 EUR to Demo Shop"), "{shown}");
    let button = &shown["links"]["actions"][0];
    assert_eq!(button["href"], format!("{path}?token={{token}}"));
    let parameter = &button["parameters"][0];
    assert_eq!((&parameter["type"], &parameter["required"]), (&json!("radio"), &json!(true)));
    let options = parameter["options"].as_array().unwrap();
    let labels: Vec<&str> = options.iter().map(|option| option["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["about 30.00 USDC", "about 0.20 SOL"]);

    let payer = shop.wallet(&[(shop.sol, 200_000)]).to_string();
    let sol = options[1]["value"].as_str().unwrap();
    let in_query = press(&shop.api, &format!("{path}?token={sol}"), json!({ "account": payer })).await;
    assert_eq!(in_query["message"], "Pay 0.20 SOL to Demo Shop");
    let in_body = press(&shop.api, &path, json!({ "account": payer, "data": { "token": sol } })).await;
    assert_eq!(in_body["message"], "Pay 0.20 SOL to Demo Shop");
    let tracked = format!("{path}?token=&utm_source=post");
    let usdc = options[0]["value"].as_str().unwrap();
    let other = json!({ "account": payer, "data": { "token": usdc } });
    assert_eq!(code(&shop.api, &format!("{path}?token={usdc}"), other).await, "insufficient_funds");
    assert_eq!(
        press(&shop.api, &tracked, json!({ "account": payer })).await["message"],
        "Pay 0.20 SOL to Demo Shop"
    );
}
