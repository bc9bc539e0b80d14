use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{Mint, TokenInterface};

use crate::{
    events::{emit, VestingCreated},
    pda, require_wallet, token, Protocol, Vesting, VestingTerms,
};

#[event_cpi]
#[derive(Accounts)]
#[instruction(terms: VestingTerms)]
pub struct CreateVesting<'info> {
    /// Owns the tokens that are put aside.
    pub grantor: Signer<'info>,

    /// Pays the rent; the grantor, or a sponsor.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration. There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The wallet that is paid.
    /// CHECK: the terms name it; see [`require_wallet`].
    #[account(address = terms.beneficiary)]
    pub beneficiary: UncheckedAccount<'info>,

    /// The mint that vests.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// A token account of the grantor, which pays.
    /// CHECK: whose it is, is seen to by `token::require_owned`.
    #[account(mut)]
    pub grantor_token: UncheckedAccount<'info>,

    /// The vesting's account, created here.
    /// CHECK: it is made at an address of grantor, beneficiary and id.
    #[account(mut)]
    pub vesting: UncheckedAccount<'info>,

    /// The vesting's token account, created here unless somebody has already.
    /// CHECK: the associated token program derives it.
    #[account(mut)]
    pub vesting_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl CreateVesting<'_> {
    pub fn handler(ctx: Context<Self>, terms: VestingTerms, max_sent: u64, salt: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        terms.require_valid(Clock::get()?.unix_timestamp)?;
        require_wallet(&accounts.beneficiary)?;
        token::require_accepted(accounts.mint.as_ref().as_ref(), 0)?;

        let vesting = accounts.vesting(&terms, salt);
        vesting.invariant()?;
        pda::create(&accounts.vesting, &vesting.signer().seeds(), Vesting::SPACE, &accounts.rent_payer)?;
        pda::save(&accounts.vesting, &vesting)?;
        accounts.create_vesting_token()?;
        let sent = accounts.take_tokens(terms.total, max_sent)?;

        emit(
            &ctx.accounts.event_authority,
            &VestingCreated {
                vesting_address: accounts.vesting.key(),
                grantor: vesting.grantor,
                rent_payer: vesting.rent_payer,
                mint: vesting.mint,
                vesting_token: vesting.vesting_token,
                token_program: accounts.token_program.key(),
                decimals: accounts.mint.decimals,
                terms,
                salt,
                sent,
                vesting: vesting.balances(),
            },
        )
    }
}

impl<'info> CreateVesting<'info> {
    /// The vesting as the first transition leaves it.
    fn vesting(&self, terms: &VestingTerms, salt: u8) -> Vesting {
        Vesting {
            grantor: self.grantor.key(),
            beneficiary: terms.beneficiary,
            mint: self.mint.key(),
            vesting_token: self.vesting_token.key(),
            rent_payer: self.rent_payer.key(),
            id: terms.id,
            total: terms.total,
            claimed: 0,
            returned: 0,
            start: terms.start,
            cliff: terms.cliff,
            end: terms.end,
            revoked_at: 0,
            sequence: 1,
            revocable: terms.revocable as u8,
            salt,
            _reserved: [0; 6],
        }
    }

    fn create_vesting_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.vesting_token.to_account_info(),
            authority: self.vesting.to_account_info(),
            mint: self.mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }

    /// From an account of the grantor itself: what a delegate takes back would be the delegate's.
    fn take_tokens(&self, amount: u64, max_sent: u64) -> Result<u64> {
        let mint = self.mint.to_account_info();
        token::require_owned(&self.grantor_token, self.token_program.key, mint.key, self.grantor.key)?;
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &mint,
            from: &self.grantor_token,
            to: &self.vesting_token,
            to_owner: self.vesting.key,
            authority: &self.grantor,
            extra: &[],
        };
        transfer.send_net(amount, max_sent, &[])
    }
}
