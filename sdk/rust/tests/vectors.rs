//! `sdk/vectors.json` is what the program says of addresses; the TypeScript client is tested against the same file.

use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_client::program::{
    CampaignKind, CampaignTerms, CaptureMode, Protection, Split, Terms, Tier, pda, pool_terms_hash,
};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn key(value: &Value) -> Pubkey {
    value.as_str().unwrap().parse().unwrap()
}

/// A number, or text where JSON's numbers are too small.
fn number<T: TryFrom<i128, Error: std::fmt::Debug>>(value: &Value) -> T {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse::<i128>().unwrap().try_into().unwrap()
}

fn list<T>(value: &Value, of: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap().iter().map(of).collect()
}

fn terms(value: &Value) -> Terms {
    let protection = &value["protection"];
    Terms {
        id: hex::decode(value["id"].as_str().unwrap()).unwrap().try_into().unwrap(),
        mint: key(&value["mint"]),
        amount: number(&value["amount"]),
        authorization_expiry: number(&value["authorization_expiry"]),
        refund_expiry: number(&value["refund_expiry"]),
        capture_mode: match value["capture_mode"].as_str().unwrap() {
            "manual" => CaptureMode::Manual,
            _ => CaptureMode::Immediate,
        },
        max_fee_bps: number(&value["max_fee_bps"]),
        protection: protection.is_object().then(|| Protection {
            capture_from: number(&protection["capture_from"]),
            arbiter: key(&protection["arbiter"]),
            dispute_seconds: number(&protection["dispute_seconds"]),
        }),
        splits: list(&value["splits"], |split| Split {
            wallet: key(&split["wallet"]),
            bps: number(&split["bps"]),
        }),
        salt: 0,
    }
}

/// The file holds exactly what the program makes of the inputs in it.
#[test]
fn addresses_are_what_the_program_derives() {
    let written = vectors();
    let mut derived = written.clone();
    for payment in derived["payments"].as_array_mut().unwrap() {
        let (terms, address) = terms(&payment["terms"]).salted(&key(&payment["merchant"])).unwrap();
        payment["salt"] = json!(terms.salt);
        payment["hash"] = json!(hex::encode(terms.hash().unwrap()));
        payment["address"] = json!(address.to_string());
    }
    let pool = &mut derived["pool"];
    let tiers = list(&pool["tiers"], |tier| Tier {
        lock_seconds: number(&tier["lock_seconds"]),
        weight_bps: number(&tier["weight_bps"]),
    });
    let hash = pool_terms_hash(&key(&pool["stake_mint"]), &tiers, number(&pool["cooldown_seconds"])).unwrap();
    pool["address"] = json!(pda::pool(&key(&pool["founder"]), number(&pool["index"]), &hash).0.to_string());

    let position = &mut derived["position"];
    let (pool, owner) = (key(&position["pool"]), key(&position["owner"]));
    let first = |salt| Some((salt, pda::position(&pool, &owner, salt)?));
    salted(position, (0..=u8::MAX).find_map(first).unwrap());

    let campaign = &mut derived["campaign"];
    let (creator, mint, program) =
        (key(&campaign["creator"]), key(&campaign["mint"]), key(&campaign["token_program"]));
    let of = &campaign["terms"];
    let terms = CampaignTerms {
        id: number(&of["id"]),
        beneficiary: key(&of["beneficiary"]),
        goal: number(&of["goal"]),
        deadline: number(&of["deadline"]),
        kind: match of["kind"].as_str().unwrap() {
            "keep_all" => CampaignKind::KeepAll,
            _ => CampaignKind::AllOrNothing,
        },
    };
    salted(campaign, pda::campaign(&creator, &mint, &program, &terms));

    let donation = &mut derived["donation"];
    salted(donation, pda::donation(&key(&donation["campaign"]), &key(&donation["donor"])));

    let vesting = &mut derived["vesting"];
    let of = pda::vesting(
        &key(&vesting["grantor"]),
        &key(&vesting["beneficiary"]),
        number(&vesting["id"]),
        &key(&vesting["mint"]),
        &key(&vesting["token_program"]),
    );
    salted(vesting, of);
    assert_eq!(written, derived, "the program makes this:\n{derived:#}");
}

fn salted(vector: &mut Value, (salt, address): (u8, Pubkey)) {
    vector["salt"] = json!(salt);
    vector["address"] = json!(address.to_string());
}
