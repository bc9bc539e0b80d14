//! Transfer fees that a mint withholds for the protocol.

use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client;
use till::{BurnRecord, TillError, pda};
use till_tests::{Actors, Extension, Staking, World};

/// A mint with a fee of one percent that is the protocol's.
fn of_the_protocol() -> Actors {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let mut a = Actors::with(world, token);
    a.give_withheld_fees_to_the_protocol(&token);
    a
}

fn harvest(a: &mut Actors, withheld_in: &[Pubkey]) -> solana_instruction::Instruction {
    let token = a.token;
    let treasury_token = a.treasury_token(&token);
    let distribution = client::distribution(&a.protocol(), &token, treasury_token);
    client::harvest_fees(a.payer.pubkey(), distribution, withheld_in)
}

#[test]
fn what_was_withheld_in_a_vault_is_the_treasurys() {
    let mut a = of_the_protocol();
    a.authorized(a.terms(1));
    let (vault_token, payer) = (a.vault.token_account(), a.payer.insecure_clone());
    let (withheld, held) = (a.world.withheld(&vault_token), a.vault_tokens());
    assert_eq!(withheld, 252_526);
    a.pause();
    let lamports = a.world.lamports(&payer.pubkey());
    let instruction = harvest(&mut a, &[vault_token]);
    a.world.must(instruction.clone(), &[&payer]);
    let treasury_token = a.treasury_token(&a.token.clone());
    // the transfer to the treasury bears a fee itself, which waits there for the next time
    assert_eq!(a.world.balance(&treasury_token), 252_526 - 2_526);
    assert_eq!(a.world.withheld(&treasury_token), 2_526);
    assert_eq!((a.world.withheld(&vault_token), a.vault_tokens()), (0, held));
    // the account in between is gone, and its rent is back
    let between = a.token.account_of(&pda::protocol().0);
    assert_eq!(a.world.lamports(&between), 0);
    assert_eq!(a.world.lamports(&payer.pubkey()), lamports);
    a.world.refused(instruction, &[&payer], TillError::NothingToSweep);
}

#[test]
fn what_was_withheld_divides_as_swept_fees_do() {
    let a = of_the_protocol();
    let mut s = {
        let mut a = a;
        let reward = a.world.spl_token();
        Staking::with(a, reward)
    };
    let (token, pool) = (s.pool.token, s.pool.address());
    s.add_reward(&token);
    s.staker(0, 1_000);
    let payer = s.actors.payer.insecure_clone();
    s.actors.world.must(client::open_burn_record(payer.pubkey(), token.mint), &[&payer]);
    s.actors.configure(|protocol| {
        (protocol.pool, protocol.stakers_bps) = (pool, 5_000);
        (protocol.burn_mint, protocol.burn_bps) = (token.mint, 2_000);
    });
    s.actors.authorized(s.actors.terms(1));
    let supply = s.actors.world.supply(&token);
    let (vault_token, stake_token) = (s.actors.vault.token_account(), s.pool.stake_token());
    let withheld = s.actors.world.withheld(&vault_token) + s.actors.world.withheld(&stake_token);
    let instruction = harvest(&mut s.actors, &[vault_token, stake_token]);
    s.actors.world.must(instruction, &[&payer]);

    let (stakers, burned) = (withheld / 2, withheld / 5);
    let arrived = |amount: u64| amount - amount.div_ceil(100);
    assert_eq!(s.pool().rewards[1].funded, arrived(stakers));
    let record: BurnRecord = s.actors.world.account(&pda::burn_record(&token.mint).0).unwrap();
    assert_eq!((record.burned_from_fees, s.actors.world.supply(&token)), (burned, supply - burned));
    let treasury_token = s.actors.treasury_token(&token);
    assert_eq!(s.actors.world.balance(&treasury_token), arrived(withheld - stakers - burned));
    s.assert_solvent();
}

#[test]
fn an_account_that_is_there_already_is_used_and_closed() {
    let mut a = of_the_protocol();
    a.authorized(a.terms(1));
    let (token, payer) = (a.token, a.payer.insecure_clone());
    // with a gift in it, which has withheld a fee itself
    let between = a.world.token_account(&token, &pda::protocol().0);
    let gift = spl_token_2022_interface::instruction::transfer_checked(
        &token.program,
        &a.payer_token,
        &token.mint,
        &between,
        &payer.pubkey(),
        &[],
        1_000,
        6,
    );
    a.world.must(gift.unwrap(), &[&payer]);
    let vault_token = a.vault.token_account();
    let instruction = harvest(&mut a, &[vault_token]);
    a.world.must(instruction, &[&payer]);
    let treasury_token = a.treasury_token(&token);
    assert_eq!(a.world.balance(&treasury_token), (252_526 + 990) - 2_536);
    assert_eq!(a.world.lamports(&between), 0);
}

#[test]
fn only_fees_that_are_the_protocols_are_harvested() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let mut of_the_issuer = Actors::with(world, token);
    for a in [&mut of_the_issuer, &mut Actors::on_token_2022(), &mut Actors::on_spl_token()] {
        a.authorized(a.terms(1));
        let (vault_token, payer) = (a.vault.token_account(), a.payer.insecure_clone());
        let instruction = harvest(a, &[vault_token]);
        a.world.refused(instruction, &[&payer], TillError::NotFeeAuthority);
    }
}

#[test]
fn harvested_fees_go_to_the_treasury_only() {
    let mut a = of_the_protocol();
    a.authorized(a.terms(1));
    let (token, payer) = (a.token, a.payer.insecure_clone());
    let distribution = client::distribution(&a.protocol(), &token, a.payer_token);
    let instruction = client::harvest_fees(payer.pubkey(), distribution, &[a.vault.token_account()]);
    a.world.refused(instruction, &[&payer], TillError::WrongTokenOwner);
}

/// The account in between is the protocol's own.
#[test]
fn fees_are_not_withdrawn_to_somebody_elses_account() {
    let mut a = of_the_protocol();
    a.authorized(a.terms(1));
    let (vault_token, payer, payer_token) =
        (a.vault.token_account(), a.payer.insecure_clone(), a.payer_token);
    let mut instruction = harvest(&mut a, &[vault_token]);
    instruction.accounts[1].pubkey = payer_token;
    assert!(a.world.send(&[instruction], &[&payer]).is_err());
}

/// Whatever else is named behind the accounts, the rest is harvested.
#[test]
fn foreign_accounts_are_passed_over() {
    let mut a = of_the_protocol();
    a.authorized(a.terms(1));
    let (other, payer) = (a.world.token_2022(&[Extension::TransferFee(1)]), a.payer.insecure_clone());
    let foreign = a.world.fund(&other, &payer.pubkey(), 1);
    let vault_token = a.vault.token_account();
    let instruction = harvest(&mut a, &[foreign, vault_token, Pubkey::new_unique()]);
    a.world.must(instruction, &[&payer]);
    assert_eq!(a.world.withheld(&vault_token), 0);
}
