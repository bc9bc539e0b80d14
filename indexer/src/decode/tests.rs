use anchor_lang::{Discriminator, Event};
use solana_pubkey::Pubkey;
use till::events::*;

use super::*;

fn voided() -> PaymentVoided {
    PaymentVoided {
        about: PaymentRef { payment: key(1), merchant: key(2), vault: key(3) },
        amount: 25,
        payer_token: key(4),
        payment: PaymentBalances { capturable: 0, captured: 0, refunded: 0, fees: 0, sequence: 2 },
        vault: VaultBalances { escrowed: 7, balance: 0, fees: 0, sequence: 9 },
    }
}

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

/// A transaction whose keys are: somebody, the program, its event authority.
fn with(inner: Vec<InnerInstruction>) -> ProgramTransaction {
    ProgramTransaction {
        slot: 5,
        index: 3,
        signature: [7; 64],
        keys: vec![[9; 32], till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
        inner,
    }
}

fn emitted(data: Vec<u8>) -> InnerInstruction {
    InnerInstruction { outer: 1, position: 2, program: 1, accounts: vec![2], data }
}

fn tagged(payload: &[u8]) -> Vec<u8> {
    [EVENT_IX_TAG_LE, payload].concat()
}

#[test]
fn what_the_program_emits_is_what_is_read() {
    let event = voided();
    let events = events(&with(vec![emitted(tagged(&event.data()))])).unwrap();
    let [Emitted { instruction: 1, inner_index: 2, event: read, data }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*read, TillEvent::PaymentVoided(Box::new(event)));
    assert_eq!(data["vault"]["escrowed"], "7");
}

#[test]
fn bug_08_only_the_programs_own_call_is_an_event() {
    let data = tagged(&voided().data());
    let others = [
        InnerInstruction { program: 0, ..emitted(data.clone()) },
        InnerInstruction { accounts: vec![0], ..emitted(data.clone()) },
        InnerInstruction { accounts: vec![2, 2], ..emitted(data.clone()) },
        InnerInstruction { accounts: Vec::new(), ..emitted(data) },
        emitted(voided().data()),
        emitted(Vec::new()),
    ];
    for other in others {
        assert_eq!(events(&with(vec![other.clone()])), Ok(vec![]), "{other:?}");
    }
}

#[test]
fn an_event_that_is_not_understood_is_an_error() {
    let read = |payload: &[u8]| events(&with(vec![emitted(tagged(payload))]));
    assert_eq!(read(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), Err(DecodeError::Unknown([1, 2, 3, 4, 5, 6, 7, 8])));
    assert_eq!(read(&[1, 2]), Err(DecodeError::Short));
    let mut longer = voided().data();
    longer.push(0);
    assert_eq!(read(&longer), Err(DecodeError::Malformed { name: "PaymentVoided" }));
    let cut = &voided().data()[..20];
    assert_eq!(read(cut), Err(DecodeError::Malformed { name: "PaymentVoided" }));
}

#[test]
fn a_transaction_that_points_beyond_its_keys_is_an_error() {
    let data = tagged(&voided().data());
    for inconsistent in [
        InnerInstruction { program: 3, ..emitted(data.clone()) },
        InnerInstruction { accounts: vec![3], ..emitted(data.clone()) },
        InnerInstruction { outer: u32::MAX, ..emitted(data) },
    ] {
        assert_eq!(events(&with(vec![inconsistent])), Err(DecodeError::Inconsistent));
    }
}

#[test]
fn every_account_of_the_program_is_known() {
    let idl: serde_json::Value = serde_json::from_str(till::client::IDL).unwrap();
    let listed = idl["accounts"].as_array().unwrap().iter();
    let mut listed: Vec<&str> = listed.map(|account| account["name"].as_str().unwrap()).collect();
    let mut known: Vec<&str> = TillAccount::ALL.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, listed);
}

#[test]
fn an_account_is_read_to_the_last_byte() {
    let merchant = till::Merchant { index: 7, ..bytemuck::Zeroable::zeroed() };
    let mut data = [till::Merchant::DISCRIMINATOR, bytemuck::bytes_of(&merchant)].concat();
    assert_eq!(TillAccount::decode(&data), Ok(TillAccount::Merchant(Box::new(merchant))));
    data.push(0);
    assert_eq!(TillAccount::decode(&data), Err(DecodeError::Malformed { name: "Merchant" }));
    assert_eq!(TillAccount::decode(&data[..7]), Err(DecodeError::Short));
    assert_eq!(TillAccount::decode(&[1; 9]), Err(DecodeError::Unknown([1; 8])));
}
