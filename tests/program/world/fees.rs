//! What the protocol says about its fees, and mints whose transfer fees are its own.

use solana_pubkey::Pubkey;
use spl_token_2022_interface::instruction::{AuthorityType, set_authority};
use till::client::{self, Token};
use till::{Protocol, UpdateProtocolArgs, pda};

use super::{Actors, World};

impl Actors {
    /// Changes what the protocol's configuration says about fees, by its admin.
    #[track_caller]
    pub fn configure(&mut self, change: impl FnOnce(&mut Protocol)) {
        let mut protocol = self.protocol();
        change(&mut protocol);
        self.update_protocol(UpdateProtocolArgs {
            treasury: Some(protocol.treasury),
            fee_bps: Some(protocol.fee_bps),
            stakers_bps: Some(protocol.stakers_bps),
            burn_bps: Some(protocol.burn_bps),
            pool: Some(protocol.pool),
            burn_mint: Some(protocol.burn_mint),
            guardian: None,
        });
    }

    pub fn protocol(&self) -> Protocol {
        self.world.account(&pda::protocol().0).expect("the protocol")
    }

    /// The treasury's token account, created when missing.
    pub fn treasury_token(&mut self, token: &Token) -> Pubkey {
        let treasury = self.protocol().treasury;
        self.world.token_account(token, &treasury)
    }

    /// A sweep of the actors' vault, with all accounts that the protocol asks for.
    pub fn sweep(&mut self) -> solana_instruction::Instruction {
        let token = self.token;
        let treasury_token = self.treasury_token(&token);
        let distribution = client::distribution(&self.protocol(), &token, treasury_token);
        client::sweep_fees(&self.vault, distribution)
    }

    /// Captures one payment of 25.00 into the balance: 0.25 of fees.
    #[track_caller]
    pub fn earn_fees(&mut self, id: u8) -> u64 {
        let before = self.vault().fees;
        self.captured(self.terms(id), super::AMOUNT);
        self.vault().fees - before
    }

    pub fn give_withheld_fees_to_the_protocol(&mut self, token: &Token) {
        self.world.give_withheld_fees_to_the_protocol(token);
    }
}

impl World {
    /// Makes the protocol the one who may withdraw what the mint's transfer fee withholds.
    pub fn give_withheld_fees_to_the_protocol(&mut self, token: &Token) {
        use solana_signer::Signer;
        let owner = self.upgrade_authority.pubkey();
        let kind = AuthorityType::WithheldWithdraw;
        let protocol = pda::protocol().0;
        let instruction = set_authority(&token.program, &token.mint, Some(&protocol), kind, &owner, &[])
            .expect("an instruction");
        self.must(instruction, &[]);
    }
}
