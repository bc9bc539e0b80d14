//! The instructions of what can be done with a payment that is on the chain, whoever signs them.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anyhow::{Context, Result};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::Terms;
use till::client::{self, CaptureArgs, Receivers, RefundSource};
use till_store::Amount;
use till_store::domain::ChainPayment;
use till_store::gateway::payments::KnownPayment;

use super::terms::{OnChain, pubkey};

/// A payment on the chain, and who signs and pays for what is built.
pub struct Building<'a> {
    known: &'a KnownPayment,
    chain: &'a ChainPayment,
    on_chain: OnChain,
    payer: Pubkey,
    signer: Pubkey,
}

impl<'a> Building<'a> {
    pub fn new(known: &'a KnownPayment, signer: &Pubkey) -> Result<Self> {
        let chain = known.chain.as_ref().context("the payment is not on the chain")?;
        Ok(Self {
            known,
            chain,
            on_chain: OnChain::of(known)?,
            payer: pubkey(&chain.payer)?,
            signer: *signer,
        })
    }

    /// The merchant takes `amount`; with `is_final` the payer gets the rest back, with `pay_out` the merchant's wallet
    /// is paid at once.
    pub fn capture(&self, amount: Amount, is_final: bool, pay_out: bool) -> Result<Vec<Instruction>> {
        let mut instructions = self.payee_accounts();
        let returns = is_final && amount != self.chain.capturable;
        if returns {
            instructions.push(self.account_for(&self.payer));
        }
        let payout_wallet = if pay_out { Some(self.payout_wallet()?) } else { None };
        instructions.extend(payout_wallet.iter().map(|wallet| self.account_for(wallet)));
        let to = Receivers {
            payout_token: payout_wallet.map(|wallet| self.token_of(&wallet)),
            payer_token: returns.then(|| self.token_of(&self.payer)),
            payees: self.payees(),
        };
        let args = CaptureArgs { amount: amount.0, is_final, to, terms: self.terms() };
        instructions.push(client::capture(self.signer, &self.on_chain.vault, self.on_chain.address, args));
        Ok(instructions)
    }

    /// The merchant gives everything in escrow back.
    pub fn void(&self) -> Vec<Instruction> {
        let OnChain { address, vault, .. } = &self.on_chain;
        let void = client::void(self.signer, vault, *address, self.token_of(&self.payer));
        vec![self.account_for(&self.payer), void]
    }

    /// The merchant pays `amount` back: from its balance, or from the tokens of the wallet `source`, which signs too.
    pub fn refund(&self, amount: Amount, source: Option<Pubkey>) -> Vec<Instruction> {
        let OnChain { address, vault, .. } = &self.on_chain;
        let source = source.map(|owner| RefundSource { token_account: self.token_of(&owner), owner });
        let to = self.token_of(&self.payer);
        let refund = client::refund(self.signer, vault, *address, to, source, amount.0);
        vec![self.account_for(&self.payer), refund]
    }

    /// The payer gives the merchant everything in escrow.
    pub fn release(&self) -> Vec<Instruction> {
        let OnChain { address, vault, .. } = &self.on_chain;
        let to = Receivers { payees: self.payees(), ..Receivers::default() };
        let release = client::release(self.signer, vault, *address, &to, self.terms());
        let mut instructions = self.payee_accounts();
        instructions.push(release);
        instructions
    }

    /// The payer stops captures until somebody decides.
    pub fn dispute(&self) -> Vec<Instruction> {
        let OnChain { address, vault, terms } = &self.on_chain;
        vec![client::dispute(self.signer, vault, *address, terms.clone())]
    }

    /// The arbiter gives the merchant `amount`, and the payer the rest.
    pub fn resolve(&self, amount: Amount) -> Vec<Instruction> {
        let OnChain { address, vault, terms } = &self.on_chain;
        let to = Receivers {
            payer_token: Some(self.token_of(&self.payer)),
            payees: self.payees(),
            ..Receivers::default()
        };
        let mut instructions = self.payee_accounts();
        instructions.push(self.account_for(&self.payer));
        instructions.push(client::resolve(self.signer, vault, *address, amount.0, &to, terms.clone()));
        instructions
    }

    /// The payer gets back what was not captured in time. Anyone may send it.
    pub fn reclaim(&self) -> Vec<Instruction> {
        let OnChain { address, vault, .. } = &self.on_chain;
        let reclaim = client::reclaim(vault, *address, self.token_of(&self.payer));
        vec![self.account_for(&self.payer), reclaim]
    }

    /// Who paid the rent of the payment's account gets it back. Anyone may send it.
    pub fn close(&self, rent_payer: &Pubkey) -> Vec<Instruction> {
        let OnChain { address, vault, .. } = &self.on_chain;
        vec![client::close_payment(*address, vault.address(), *rent_payer)]
    }

    /// A wallet can close its token account at any time, so it is created again when it is needed.
    fn account_for(&self, wallet: &Pubkey) -> Instruction {
        let token = &self.on_chain.vault.token;
        create_associated_token_account_idempotent(&self.signer, wallet, &token.mint, &token.program)
    }

    fn token_of(&self, wallet: &Pubkey) -> Pubkey {
        self.on_chain.vault.token.account_of(wallet)
    }

    fn payees(&self) -> Vec<Pubkey> {
        self.on_chain.terms.splits.iter().map(|split| self.token_of(&split.wallet)).collect()
    }

    fn payee_accounts(&self) -> Vec<Instruction> {
        self.on_chain.terms.splits.iter().map(|split| self.account_for(&split.wallet)).collect()
    }

    /// Whoever settles a payment with splits has to bring the terms, which name the payees.
    fn terms(&self) -> Option<Terms> {
        let terms = &self.on_chain.terms;
        (!terms.splits.is_empty()).then(|| terms.clone())
    }

    fn payout_wallet(&self) -> Result<Pubkey> {
        pubkey(self.known.payout_wallet.as_ref().context("the merchant is not on the chain")?)
    }
}
