//! The protocol, what it allows a mint, and what was burned.

use anchor_lang::Event;
use till::{BurnRecord, MintPolicy, Protocol, events::*};

use super::{
    super::accounts::{self, zeroed},
    SOMEBODY, Told, address,
};
use crate::world::MINT;

pub fn protocol() -> Told {
    let initialized =
        ProtocolInitialized { admin: SOMEBODY, guardian: SOMEBODY, treasury: SOMEBODY, fee_bps: 100 };
    let created = MintPolicyCreated {
        mint_policy: address(81),
        mint: MINT,
        rent_payer: SOMEBODY,
        allowed_extensions: u64::MAX,
        sequence: 1,
    };
    let protocol = Protocol {
        admin: SOMEBODY,
        guardian: SOMEBODY,
        treasury: SOMEBODY,
        fee_bps: 100,
        sequence: 1,
        ..zeroed()
    };
    let policy = MintPolicy { mint: MINT, rent_payer: SOMEBODY, allowed_extensions: u64::MAX, ..zeroed() };
    let accounts =
        vec![(till::pda::protocol().0, accounts::of(&protocol)), (address(81), accounts::of(&policy))];
    (vec![initialized.data(), created.data()], accounts)
}

pub fn burns() -> Told {
    let record = address(91);
    let opened = BurnRecordOpened { record, mint: MINT, decimals: 6, rent_payer: SOMEBODY };
    let burned = Burned {
        record,
        mint: MINT,
        owner: SOMEBODY,
        owner_token: SOMEBODY,
        amount: 12,
        totals: BurnTotals { burned_by_holders: 12, burned_from_fees: 0, sequence: 1 },
    };
    let account = BurnRecord {
        mint: MINT,
        rent_payer: SOMEBODY,
        burned_by_holders: 12,
        burned_from_fees: 0,
        sequence: 1,
    };
    (vec![opened.data(), burned.data()], vec![(record, accounts::of(&account))])
}
