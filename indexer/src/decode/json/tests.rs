use anchor_lang::Event;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::json;
use solana_pubkey::Pubkey;
use till::events::*;
use till::{CaptureMode, Protection, Split, Terms};

use super::super::TillEvent;
use super::*;

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

fn charged() -> PaymentCharged {
    let protection = Protection { capture_from: 50, arbiter: key(6), dispute_seconds: 3_600 };
    PaymentCharged {
        about: PaymentRef { payment: key(1), merchant: key(2), vault: key(3) },
        payer: key(4),
        rent_payer: key(5),
        terms: Terms {
            id: [0xab; 16],
            mint: key(7),
            amount: u64::MAX,
            authorization_expiry: 100,
            refund_expiry: -1,
            capture_mode: CaptureMode::Immediate,
            max_fee_bps: 50,
            protection: Some(protection),
            splits: vec![Split { wallet: key(8), bps: 250 }, Split { wallet: key(9), bps: 1 }],
            salt: 3,
        },
        fee_bps: 40,
        settled: SettledParts {
            amount: 1_000,
            fee: 4,
            splits: vec![24, 0],
            net: 972,
            returned: 0,
            payout_token: None,
        },
        payment: PaymentBalances { capturable: 0, captured: 1_000, refunded: 0, fees: 4, sequence: 1 },
        vault: VaultBalances { escrowed: 0, balance: 972, fees: 4, sequence: 9 },
    }
}

#[test]
fn every_field_has_its_place() {
    let base58 = |byte| key(byte).to_string();
    let expected = json!({
        "about": { "payment": base58(1), "merchant": base58(2), "vault": base58(3) },
        "payer": base58(4),
        "rent_payer": base58(5),
        "terms": {
            "id": "ab".repeat(16),
            "mint": base58(7),
            "amount": "18446744073709551615",
            "authorization_expiry": 100,
            "refund_expiry": -1,
            "capture_mode": "immediate",
            "max_fee_bps": 50,
            "protection": { "capture_from": 50, "arbiter": base58(6), "dispute_seconds": 3_600 },
            "splits": [{ "wallet": base58(8), "bps": 250 }, { "wallet": base58(9), "bps": 1 }],
            "salt": 3,
        },
        "fee_bps": 40,
        "settled": {
            "amount": "1000",
            "fee": "4",
            "splits": ["24", "0"],
            "net": "972",
            "returned": "0",
            "payout_token": null,
        },
        "payment": { "capturable": "0", "captured": "1000", "refunded": "0", "fees": "4", "sequence": 1 },
        "vault": { "escrowed": "0", "balance": "972", "fees": "4", "sequence": 9 },
    });
    assert_eq!(of(&charged().data()).unwrap(), expected);
}

/// Rows can be made again of what the database keeps.
#[test]
fn what_is_kept_of_an_event_gives_its_bytes_again() {
    let mut other = charged();
    (other.terms.protection, other.settled.payout_token) = (None, Some(key(5)));
    for event in [charged(), other] {
        assert_eq!(payload("PaymentCharged", &of(&event.data()).unwrap()), Some(event.data()));
    }
}

/// Of every event of the program, with whatever in its fields.
#[test]
fn every_event_that_can_be_read_can_be_written_again() {
    let mut random = SmallRng::seed_from_u64(4);
    for event in &SCHEMA.events {
        let mut read = 0;
        for _ in 0..200 {
            // Mostly zeros: lengths and tags that are small enough to mean something.
            let byte = |random: &mut SmallRng| {
                if random.gen_bool(0.03) { random.r#gen() } else { random.gen_range(0..2) }
            };
            let zeros = random.gen_bool(0.5);
            let body: Vec<u8> =
                (0..900).map(|_| if zeros && random.gen_bool(0.9) { 0 } else { byte(&mut random) }).collect();
            let mut bytes = Bytes::new(&body);
            let Some(value) = value::read_named(&SCHEMA, &event.name, &mut bytes) else { continue };
            let whole = [&event.discriminator[..], &body[..body.len() - bytes.len()]].concat();
            assert_eq!(payload(&event.name, &value), Some(whole), "{}", event.name);
            read += 1;
        }
        assert!(read > 0, "no {} was made of random bytes", event.name);
    }
}

#[test]
fn what_is_optional_is_null_or_itself() {
    let mut event = charged();
    event.terms.protection = None;
    event.settled.payout_token = Some(key(5));
    let value = of(&event.data()).unwrap();
    assert_eq!(value["terms"]["protection"], Value::Null);
    assert_eq!(value["settled"]["payout_token"], key(5).to_string());
}

#[test]
fn bytes_that_end_early_or_late_are_no_event() {
    let whole = charged().data();
    for length in 8..whole.len() {
        assert_eq!(of(&whole[..length]), Err(DecodeError::Malformed { name: "PaymentCharged" }), "{length}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(of(&longer), Err(DecodeError::Malformed { name: "PaymentCharged" }));
}

/// Whoever adds an event to the program, or changes one, is reminded of the list in `event.rs`.
#[test]
fn the_events_that_are_known_here_are_those_of_the_program() {
    let mut known: Vec<(&str, &[u8])> = TillEvent::ALL.to_vec();
    known.sort();
    let mut emitted: Vec<(&str, &[u8])> =
        SCHEMA.events.iter().map(|event| (event.name.as_str(), event.discriminator.as_slice())).collect();
    emitted.sort();
    assert_eq!(known, emitted);
}

#[test]
fn every_kind_of_type_can_be_read() {
    let schema = Schema::parse(
        &json!({
            "events": [],
            "types": [
                { "name": "All", "type": { "kind": "struct", "fields": [
                    { "name": "flag", "type": "bool" },
                    { "name": "small", "type": "i8" },
                    { "name": "large", "type": "u128" },
                    { "name": "owed", "type": "i128" },
                    { "name": "name", "type": "string" },
                    { "name": "raw", "type": "bytes" },
                    { "name": "keys", "type": { "array": ["pubkey", 1] } },
                    { "name": "plans", "type": { "vec": { "defined": { "name": "Plan" } } } },
                    { "name": "pair", "type": { "option": { "defined": { "name": "Pair" } } } },
                ] } },
                { "name": "Pair", "type": { "kind": "struct", "fields": ["u8", "i64"] } },
                { "name": "Empty", "type": { "kind": "struct" } },
                { "name": "Plan", "type": { "kind": "enum", "variants": [
                    { "name": "AllOrNothing" },
                    { "name": "KeepAll", "fields": [{ "name": "goal", "type": "u64" }] },
                    { "name": "By", "fields": ["u16"] },
                ] } },
            ],
        })
        .to_string(),
    )
    .unwrap();
    let mut encoded = vec![1, 0xfe];
    encoded.extend(u128::MAX.to_le_bytes());
    encoded.extend((-5i128).to_le_bytes());
    encoded.extend([2, 0, 0, 0, b'o', b'k']);
    encoded.extend([2, 0, 0, 0, 0x0a, 0xff]);
    encoded.extend([7; 32]);
    encoded.extend([3, 0, 0, 0, 0, 1]);
    encoded.extend(12u64.to_le_bytes());
    encoded.extend([2, 9, 0]);
    encoded.extend([1, 4]);
    encoded.extend((-1i64).to_le_bytes());
    let read = |name: &str, encoded: &[u8]| {
        let mut bytes = Bytes::new(encoded);
        value::read_named(&schema, name, &mut bytes).filter(|_| bytes.is_empty())
    };
    let expected = json!({
        "flag": true,
        "small": -2,
        "large": u128::MAX.to_string(),
        "owed": "-5",
        "name": "ok",
        "raw": "0aff",
        "keys": [key(7).to_string()],
        "plans": ["all_or_nothing", { "keep_all": { "goal": "12" } }, { "by": [9] }],
        "pair": [4, -1],
    });
    assert_eq!(read("All", &encoded), Some(expected.clone()));
    let mut written = Vec::new();
    assert_eq!(encode::write_named(&schema, "All", &expected, &mut written), Some(()));
    assert_eq!(written, encoded);
    assert_eq!(read("Empty", &[]), Some(json!({})));
    let wrong_flag = [&[2], &encoded[1..]].concat();
    assert_eq!((read("All", &wrong_flag), read("Plan", &[3]), read("Nothing", &[])), (None, None, None));
}
