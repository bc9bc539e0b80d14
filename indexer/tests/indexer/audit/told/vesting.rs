//! A vesting.

use anchor_lang::Event;
use till::{Vesting, VestingTerms, events::*};

use super::{
    super::accounts::{self, zeroed},
    SOMEBODY, Told, address,
};
use crate::world::{MINT, START};

pub fn vesting() -> Told {
    let (vesting, token) = (address(89), address(90));
    let terms = VestingTerms {
        id: 5,
        beneficiary: SOMEBODY,
        total: 900,
        start: START,
        cliff: START + 10,
        end: START + 100,
        revocable: true,
    };
    let created = VestingCreated {
        vesting_address: vesting,
        grantor: SOMEBODY,
        rent_payer: SOMEBODY,
        mint: MINT,
        vesting_token: token,
        token_program: SOMEBODY,
        decimals: 6,
        terms,
        salt: 9,
        sent: 900,
        vesting: VestingBalances { claimed: 0, returned: 0, sequence: 0 },
    };
    let account = Vesting {
        grantor: SOMEBODY,
        beneficiary: SOMEBODY,
        mint: MINT,
        vesting_token: token,
        rent_payer: SOMEBODY,
        id: 5,
        total: 900,
        start: START,
        cliff: START + 10,
        end: START + 100,
        revocable: 1,
        salt: 9,
        ..zeroed()
    };
    let accounts = vec![(vesting, accounts::of(&account)), (token, accounts::token(MINT, vesting, 900))];
    (vec![created.data()], accounts)
}
