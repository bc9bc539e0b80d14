//! Protocol, merchants and vaults.

use anchor_lang::error::ErrorCode;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, VaultKey};
use till::{InitializeProtocolArgs, MAX_FEE_BPS, Merchant, Protocol, RegisterMerchantArgs, TillError, pda};
use till_tests::{Actors, World};

fn protocol_args(world: &World) -> InitializeProtocolArgs {
    let admin = world.upgrade_authority.pubkey();
    InitializeProtocolArgs { admin, guardian: admin, treasury: admin, fee_bps: 100 }
}

#[test]
fn the_upgrade_authority_initializes_the_protocol_once() {
    let mut world = World::bare();
    let (authority, args) = (world.upgrade_authority.pubkey(), protocol_args(&world));
    world.must(client::initialize_protocol(authority, args.clone()), &[]);
    let protocol: Protocol = world.account(&pda::protocol().0).unwrap();
    assert_eq!((protocol.admin, protocol.fee_bps, protocol.paused), (authority, 100, 0));

    assert!(world.send(&[client::initialize_protocol(authority, args)], &[]).is_err());
}

#[test]
fn nobody_else_initializes_the_protocol() {
    let mut world = World::bare();
    let (stranger, args) = (world.wallet(), protocol_args(&world));
    let instruction = client::initialize_protocol(stranger.pubkey(), args);
    world.refused(instruction, &[&stranger], TillError::NotUpgradeAuthority);
}

#[test]
fn the_program_data_of_another_program_does_not_count() {
    let mut world = World::bare();
    let mut instruction =
        client::initialize_protocol(world.upgrade_authority.pubkey(), protocol_args(&world));
    instruction.accounts[3].pubkey = Pubkey::new_unique();
    assert!(world.send(&[instruction], &[]).is_err());
}

#[test]
fn the_fee_has_a_hard_limit() {
    let mut world = World::bare();
    let authority = world.upgrade_authority.pubkey();
    let args = InitializeProtocolArgs { fee_bps: MAX_FEE_BPS + 1, ..protocol_args(&world) };
    world.refused(client::initialize_protocol(authority, args), &[], TillError::FeeTooHigh);
}

#[test]
fn no_role_may_be_the_zero_address() {
    let mut world = World::bare();
    let authority = world.upgrade_authority.pubkey();
    let args = InitializeProtocolArgs { treasury: Pubkey::default(), ..protocol_args(&world) };
    world.refused(client::initialize_protocol(authority, args), &[], TillError::ZeroAddress);
}

#[test]
fn a_wallet_registers_several_merchants() {
    let mut world = World::bare();
    let founder = world.wallet();
    for index in [0, 1, 513] {
        let [authority, operator, payout_wallet] = std::array::from_fn(|_| Pubkey::new_unique());
        let args = RegisterMerchantArgs { index, authority, operator, payout_wallet };
        world.must(client::register_merchant(founder.pubkey(), founder.pubkey(), args), &[&founder]);
        let merchant: Merchant = world.account(&pda::merchant(&founder.pubkey(), index).0).unwrap();
        assert_eq!((merchant.founder, merchant.index), (founder.pubkey(), index));
        assert_eq!((merchant.authority, merchant.operator), (authority, operator));
        assert_eq!(merchant.payout_wallet, payout_wallet);
    }
}

#[test]
fn a_merchant_is_registered_by_its_founder_only() {
    let mut world = World::bare();
    let (founder, thief) = (world.wallet(), world.wallet());
    let key = thief.pubkey();
    let args = RegisterMerchantArgs { index: 0, authority: key, operator: key, payout_wallet: key };

    let mut unsigned = client::register_merchant(founder.pubkey(), key, args.clone());
    unsigned.accounts[0].is_signer = false;
    world.refused_with(unsigned, &[&thief], ErrorCode::AccountNotSigner);

    let mut elsewhere = client::register_merchant(key, key, args);
    elsewhere.accounts[2].pubkey = pda::merchant(&founder.pubkey(), 0).0;
    world.refused_with(elsewhere, &[&thief], ErrorCode::ConstraintSeeds);
}

#[test]
fn a_merchant_has_no_zero_wallet() {
    let mut world = World::bare();
    let founder = world.wallet();
    let key = founder.pubkey();
    let args =
        RegisterMerchantArgs { index: 0, authority: key, operator: key, payout_wallet: Pubkey::default() };
    world.refused(client::register_merchant(key, key, args), &[&founder], TillError::ZeroAddress);
}

#[test]
fn a_vault_is_opened_by_the_merchants_side_only() {
    let mut a = Actors::on_spl_token();
    let (vault, stranger) = (VaultKey { shard: 7, ..a.vault }, a.world.wallet());
    let key = stranger.pubkey();
    a.world.refused(client::open_vault(key, key, &vault), &[&stranger], TillError::NotMerchant);

    let authority = a.authority.insecure_clone();
    a.world.must(client::open_vault(authority.pubkey(), key, &vault), &[&authority, &stranger]);
    let opened: till::Vault = a.world.account(&vault.address()).unwrap();
    assert_eq!((opened.merchant, opened.mint, opened.shard), (vault.merchant, vault.token.mint, 7));
    assert_eq!(opened.vault_token, vault.token_account());
}

#[test]
fn a_vault_opens_although_somebody_made_its_token_account_first() {
    let mut a = Actors::on_spl_token();
    let vault = VaultKey { shard: 1, ..a.vault };
    a.world.token_account(&a.token.clone(), &vault.address());
    let operator = a.operator.pubkey();
    a.by_operator(client::open_vault(operator, operator, &vault));
}
