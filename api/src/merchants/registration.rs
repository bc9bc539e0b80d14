//! Registering a merchant on the chain: the unsigned transaction, handed out only if it would succeed now.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Token, VaultKey};
use till::{RegisterMerchantArgs, pda};
use till_store::gateway::tokens;
use utoipa::ToSchema;

use crate::chain::{Refusal, Simulation};
use crate::gateway::Gateway;
use crate::payments::signing;
use crate::problem::{Code, Problem, Result};

/// More vaults do not fit into one transaction.
const MAX_TOKENS: usize = 4;
/// What a simulation may use, in compute units: as much as a transaction can.
const SIMULATED_UNITS: u32 = 1_400_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// The wallet that captured money is paid to, base58.
    payout_wallet: String,
    /// What the merchant takes, 1 to 4: mints, or symbols of tokens that have one here.
    #[schema(example = json!(["USDC"]))]
    tokens: Vec<String>,
    /// Which of the wallet's merchants it is, from 0.
    #[serde(default)]
    index: u16,
}

/// A transaction that registers a merchant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registration {
    /// Where the merchant's account will be, base58.
    address: String,
    /// A transaction without signatures, base64. Its only signer is the wallet.
    transaction: String,
    /// What it does, for people.
    message: String,
}

/// The transaction by which `wallet` registers a merchant that we operate.
pub async fn transaction(
    gateway: &Gateway,
    wallet: &Pubkey,
    request: RegistrationRequest,
) -> Result<Registration> {
    let payout_wallet = request.payout_wallet.parse().map_err(|_| {
        Problem::of_field(Code::AccountInvalid, "payout_wallet", "it must be the base58 address of a wallet")
    })?;
    let address = pda::merchant(wallet, request.index).0;
    if gateway.chain.merchant(&address).await?.is_some() {
        let detail = format!("{address} is registered already: sign up with it, or choose another index");
        return Err(Problem::new(Code::MerchantTaken, detail));
    }
    let tokens = tokens_of(gateway, &request.tokens).await?;
    let args = RegisterMerchantArgs {
        index: request.index,
        authority: *wallet,
        operator: gateway.operator.pubkey(),
        payout_wallet,
    };
    let mut instructions = vec![client::register_merchant(*wallet, *wallet, args)];
    instructions.extend(
        tokens.into_iter().map(|token| {
            client::open_vault(*wallet, *wallet, &VaultKey { merchant: address, token, shard: 0 })
        }),
    );
    let message =
        format!("Register the merchant {address}, operated by this service, paid out to {payout_wallet}");
    let transaction = unsigned(gateway, wallet, &instructions).await?;
    Ok(Registration { address: address.to_string(), transaction, message })
}

async fn tokens_of(gateway: &Gateway, names: &[String]) -> Result<Vec<Token>> {
    if !(1..=MAX_TOKENS).contains(&names.len()) {
        let detail = format!("1 to {MAX_TOKENS} tokens; vaults for more can be opened later");
        return Err(Problem::of_field(Code::ValidationFailed, "tokens", detail));
    }
    let mut found: Vec<Token> = Vec::new();
    for name in names {
        let token = token(gateway, name).await?;
        if found.contains(&token) {
            let detail = format!("{name} is there twice");
            return Err(Problem::of_field(Code::ValidationFailed, "tokens", detail));
        }
        found.push(token);
    }
    Ok(found)
}

async fn token(gateway: &Gateway, name: &str) -> Result<Token> {
    let refused = || {
        let detail = format!("{name} is neither a known symbol nor the address of a mint");
        Problem::of_field(Code::TokenNotAccepted, "tokens", detail)
    };
    let named = match name.parse::<Pubkey>() {
        Ok(mint) => Some(mint),
        Err(_) => tokens::mint_of(&gateway.pool, name).await?.and_then(|mint| mint.parse().ok()),
    };
    let mint = named.ok_or_else(refused)?;
    let program = gateway.chain.token_program(&mint).await?.ok_or_else(refused)?;
    Ok(Token { mint, program })
}

/// Simulated first: what would fail is told in words instead.
async fn unsigned(gateway: &Gateway, wallet: &Pubkey, instructions: &[Instruction]) -> Result<String> {
    let blockhash = gateway.chain.latest_blockhash().await?.hash;
    let message = |units| signing::message(wallet, instructions, units, blockhash);
    let trial = signing::unsigned(message(SIMULATED_UNITS)?);
    let units = match gateway.chain.simulate(&trial, None).await? {
        Simulation::Succeeds { compute_units } => signing::limit_for(compute_units),
        Simulation::Fails(refusal) => return Err(refused(refusal)),
    };
    let raw = bincode::serialize(&signing::unsigned(message(units)?)).map_err(anyhow::Error::from)?;
    Ok(STANDARD.encode(raw))
}

fn refused(refusal: Refusal) -> Problem {
    let lacks_sol = ["AccountNotFound", "InsufficientFundsForFee", "InsufficientFundsForRent"];
    // 1: what the system program says of a transfer that is more than there is.
    if lacks_sol.contains(&refusal.code.as_str()) || refusal.code == "program_error: 1" {
        let detail = "the wallet needs more SOL, for the network fee and the rent of the accounts";
        return Problem::new(Code::InsufficientSol, detail);
    }
    Problem::new(Code::SimulationFailed, format!("{} ({})", refusal.detail, refusal.code))
}
