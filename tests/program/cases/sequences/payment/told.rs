//! What the events of a payment must say, by their amounts, and what its account is then.

use solana_pubkey::Pubkey;
use till::events::*;
use till::{Merchant, NewEscrow, Payment, Terms, Vault};

use super::super::capability::told;
use super::super::model::Model;
use super::super::vault::next as vault_next;
use super::Payments;

impl Payments {
    pub fn take_in(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<PaymentAuthorized>(event) {
            let PaymentAuthorized { about, payer, rent_payer, terms, fee_bps, payment, vault } = event;
            let amount = terms.amount;
            let opened = self.open(model, &about, payer, rent_payer, terms, fee_bps);
            model.open(about.payment, &opened);
            assert_eq!(opened.balances(), payment, "as it begins");
            vault_next(model, &about.vault, vault, |vault| vault.escrowed += amount);
        } else if let Some(event) = told::<PaymentCharged>(event) {
            let PaymentCharged { about, payer, rent_payer, terms, fee_bps, settled, payment, vault } = event;
            let opened = self.open(model, &about, payer, rent_payer, terms, fee_bps);
            // one transition: neither sequence counts what is in escrow in between
            model.open(about.payment, &Payment { sequence: 0, ..opened });
            model.change::<Vault>(&about.vault, |vault| vault.escrowed += opened.amount);
            self.settle(model, &about, &settled, payment, vault);
        } else if let Some(event) = told::<PaymentCaptured>(event) {
            let PaymentCaptured { about, is_final, settled, payment, vault } = event;
            let state = self.settle(model, &about, &settled, payment, vault);
            assert!(!is_final || state.capturable == 0);
        } else if let Some(event) = told::<PaymentReleased>(event) {
            let PaymentReleased { about, settled, payment, vault } = event;
            model.change::<Payment>(&about.payment, |payment| payment.dispute_expiry = 0);
            self.settle(model, &about, &settled, payment, vault);
        } else if let Some(event) = told::<PaymentResolved>(event) {
            let PaymentResolved { about, settled, payment, vault, .. } = event;
            model.change::<Payment>(&about.payment, |payment| payment.dispute_expiry = 0);
            self.settle(model, &about, &settled, payment, vault);
        } else if let Some(event) = told::<PaymentDisputed>(event) {
            let dispute_expiry = event.dispute_expiry;
            next(model, &event.about, event.payment, |payment| payment.dispute_expiry = dispute_expiry);
        } else if let Some(event) = told::<PaymentVoided>(event) {
            give_back(model, &event.about, event.amount, event.payment, event.vault);
        } else if let Some(event) = told::<PaymentReclaimed>(event) {
            give_back(model, &event.about, event.amount, event.payment, event.vault);
        } else if let Some(event) = told::<PaymentRefunded>(event) {
            refund(model, event);
        } else if let Some(event) = told::<PaymentClosed>(event) {
            let state = next(model, &event.about, event.payment, |_| ());
            assert_eq!((state.capturable, state.rent_payer), (0, event.rent_payer));
            model.close(&event.about.payment);
            model.change::<Vault>(&event.about.vault, |vault| vault.payments -= 1);
        } else {
            return false;
        }
        true
    }

    fn open(
        &mut self,
        model: &mut Model,
        about: &PaymentRef,
        payer: Pubkey,
        rent_payer: Pubkey,
        terms: Terms,
        fee_bps: u16,
    ) -> Payment {
        assert_eq!(terms.address(&about.merchant), Some(about.payment), "the address commits to the terms");
        let terms_hash = terms.hash().expect("a hash");
        let new = NewEscrow { terms: &terms, terms_hash, vault: about.vault, payer, rent_payer, fee_bps };
        let payment = Payment::authorized(new);
        self.terms.insert(about.payment, terms);
        model.change::<Vault>(&about.vault, |vault| vault.payments += 1);
        payment
    }

    /// Escrowed money that is divided: all of it goes somewhere, and each part is what it must be.
    fn settle(
        &self,
        model: &mut Model,
        about: &PaymentRef,
        settled: &SettledParts,
        payment: PaymentBalances,
        vault: VaultBalances,
    ) -> Payment {
        let SettledParts { amount, fee, splits, net, returned, payout_token } = settled;
        let earned = splits.iter().sum::<u64>() + net;
        assert_eq!(*amount, fee + earned, "every base unit is somebody's");
        let terms = &self.terms[&about.payment];
        let shares: Vec<u64> = terms.splits.iter().map(|split| part(earned, split.bps)).collect();
        assert_eq!(*splits, shares);

        let payment = next(model, about, payment, |payment| {
            payment.capturable -= amount + returned;
            payment.captured += amount;
            payment.fees += fee;
            payment.shared += splits.iter().sum::<u64>();
        });
        assert_eq!(payment.fees, part(payment.captured, payment.fee_bps), "the fee of all that is captured");
        vault_next(model, &about.vault, vault, |vault| {
            vault.escrowed -= amount + returned;
            vault.fees += fee;
            vault.balance += if payout_token.is_none() { *net } else { 0 };
        });

        let merchant: Merchant = model.get(&about.merchant);
        terms
            .splits
            .iter()
            .zip(splits)
            .for_each(|(split, share)| model.pays(split.wallet, terms.mint, *share));
        if payout_token.is_some() {
            model.pays(merchant.payout_wallet, terms.mint, *net);
        }
        model.pays(payment.payer, terms.mint, *returned);
        payment
    }
}

fn give_back(
    model: &mut Model,
    about: &PaymentRef,
    amount: u64,
    payment: PaymentBalances,
    vault: VaultBalances,
) {
    let payment = next(model, about, payment, |payment| {
        assert_eq!(amount, payment.capturable, "all of it");
        payment.capturable = 0;
        payment.dispute_expiry = 0;
    });
    let vault = vault_next(model, &about.vault, vault, |vault| vault.escrowed -= amount);
    model.pays(payment.payer, vault.mint, amount);
}

fn refund(model: &mut Model, event: PaymentRefunded) {
    let PaymentRefunded { about, amount, sent, source, payment, vault, .. } = event;
    let payment = next(model, &about, payment, |payment| payment.refunded += amount);
    let state: Vault = match source {
        None => vault_next(model, &about.vault, vault, |vault| vault.balance -= sent),
        Some(_) => model.get(&about.vault),
    };
    assert_eq!(state.balances(), vault);
    model.pays(payment.payer, state.mint, sent);
}

/// A payment's next state, which must be what the event says.
fn next(
    model: &mut Model,
    about: &PaymentRef,
    after: PaymentBalances,
    change: impl FnOnce(&mut Payment),
) -> Payment {
    let payment = model.change(&about.payment, |payment: &mut Payment| {
        payment.sequence += 1;
        change(payment);
    });
    assert_eq!(payment.balances(), after, "the amounts of {} after the event", about.payment);
    let vault: Vault = model.get(&about.vault);
    assert_eq!((payment.vault, vault.merchant), (about.vault, about.merchant));
    payment
}

/// A part in basis points, rounded down.
fn part(amount: u64, bps: u16) -> u64 {
    (u128::from(amount) * u128::from(bps) / 10_000) as u64
}
