//! What admin, guardian and the merchant's authority do.

use litesvm::types::TransactionMetadata;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Token};
use till::{Merchant, Protocol, UpdateProtocolArgs, pda};

use super::{Actors, Extension, World};

impl World {
    pub fn admin(&self) -> Pubkey {
        self.upgrade_authority.pubkey()
    }

    pub fn protocol(&self) -> Protocol {
        self.account(&pda::protocol().0).expect("the protocol's account")
    }

    /// Makes the policy of a mint say exactly this.
    pub fn set_policy(&mut self, token: &Token, mask: u64) {
        let (admin, mint) = (self.admin(), token.mint);
        let exists = self.lamports(&pda::mint_policy(&mint).0) > 0;
        let instruction = match exists {
            true => client::update_mint_policy(admin, mint, mask),
            false => client::create_mint_policy(admin, admin, mint, mask),
        };
        self.must(instruction, &[]);
    }
}

impl Extension {
    /// The bit of a mint policy's mask.
    pub fn bit(&self) -> u64 {
        1 << self.kind() as u16
    }

    /// The mask of those among them that are a matter of permission.
    pub fn mask(extensions: &[Self]) -> u64 {
        extensions.iter().map(Self::bit).filter(|bit| till::token::is_allowable(*bit)).sum()
    }
}

impl Actors {
    /// Everything set up for a mint that the admin allows what the mask says.
    pub fn allowing(mut world: World, token: Token, mask: u64) -> Self {
        let guardian = Self::found(&mut world);
        world.set_policy(&token, mask);
        Self::settle(world, token, guardian)
    }

    /// Pauses the protocol, as its guardian.
    pub fn pause(&mut self) {
        let guardian = self.guardian.insecure_clone();
        self.world.must(client::pause_protocol(guardian.pubkey()), &[&guardian]);
    }

    pub fn update_protocol(&mut self, args: UpdateProtocolArgs) {
        let admin = self.world.admin();
        self.world.must(client::update_protocol(admin, args), &[]);
    }

    #[track_caller]
    pub fn by_authority(&mut self, instruction: Instruction) -> TransactionMetadata {
        let authority = self.authority.insecure_clone();
        self.world.must(instruction, &[&authority])
    }

    pub fn merchant(&self) -> Merchant {
        self.world.account(&self.vault.merchant).expect("the merchant's account")
    }
}
