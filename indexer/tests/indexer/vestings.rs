//! Vestings: an address that lives again.

use anchor_lang::Event;
use serde_json::json;
use solana_pubkey::Pubkey;
use till::{VestingTerms, events::*};

use crate::{
    chain::{Chain, fields, row, rows},
    payment::require_balanced,
    world::START,
};

const VESTING: Pubkey = Pubkey::new_from_array([51; 32]);
const WALLET: Pubkey = Pubkey::new_from_array([52; 32]);

fn mint(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

fn create(mint: Pubkey, total: u64) -> Vec<u8> {
    VestingCreated {
        vesting_address: VESTING,
        grantor: WALLET,
        rent_payer: WALLET,
        mint,
        vesting_token: mint,
        token_program: WALLET,
        decimals: 6,
        terms: VestingTerms {
            id: 7,
            beneficiary: WALLET,
            total,
            start: START,
            cliff: START,
            end: START + 100,
            revocable: true,
        },
        salt: 1,
        sent: total,
        vesting: VestingBalances { claimed: 0, returned: 0, sequence: 1 },
    }
    .data()
}

fn claim(amount: u64, claimed: u64, sequence: u64) -> Vec<u8> {
    VestedClaimed {
        vesting_address: VESTING,
        beneficiary_token: WALLET,
        amount,
        received: amount,
        vesting: VestingBalances { claimed, returned: 0, sequence },
    }
    .data()
}

fn revoke(amount: u64, claimed: u64, sequence: u64) -> Vec<u8> {
    VestingRevoked {
        vesting_address: VESTING,
        grantor_token: WALLET,
        revoked_at: START + 50,
        amount,
        received: amount,
        vesting: VestingBalances { claimed, returned: amount, sequence },
    }
    .data()
}

fn close(claimed: u64, returned: u64, sequence: u64) -> Vec<u8> {
    let vesting = VestingBalances { claimed, returned, sequence };
    VestingClosed { vesting_address: VESTING, rent_payer: WALLET, vesting }.data()
}

/// The address commits to the wallets, not to the mint.
#[tokio::test]
async fn a_vesting_that_is_created_again_may_be_in_another_mint() {
    let mut chain = Chain::begin().await;
    chain.commit(vec![create(mint(1), 100), claim(40, 40, 2)]).await;
    let revoked = chain.commit(vec![revoke(50, 40, 3)]).await;
    let before = rows(chain.pool()).await;
    let names = ["mint", "claimed", "returned", "closed", "sequence"];
    let vesting = row(chain.pool(), "vestings").await;
    let first = json!(mint(1).to_string());
    assert_eq!(fields(&vesting, &names), [first, json!(40), json!(50), json!(false), json!(3)]);
    assert_ne!(vesting["revoked_at"], json!(null));
    require_balanced(chain.pool()).await;

    // The end of the first and the beginning of the second, in one commit.
    let emitted = vec![claim(10, 50, 4), close(50, 50, 5), create(mint(2), 30), claim(5, 5, 2)];
    chain.commit(emitted).await;
    let vesting = row(chain.pool(), "vestings").await;
    let second = json!(mint(2).to_string());
    assert_eq!(fields(&vesting, &names), [second, json!(5), json!(0), json!(false), json!(2)]);
    assert_eq!(vesting["revoked_at"], json!(null));
    require_balanced(chain.pool()).await;

    chain.commit(vec![claim(25, 30, 3), close(30, 0, 4)]).await;
    assert_eq!(row(chain.pool(), "vestings").await["closed"], json!(true));
    require_balanced(chain.pool()).await;

    chain.undo_to(&revoked).await;
    assert_eq!(rows(chain.pool()).await, before);
}
