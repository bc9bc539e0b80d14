//! What transactions that are handed out are made of: SOL that is wrapped, a sponsor's signature, codes to scan.

mod qr;
mod sol;
mod sponsor;

use serde_json::json;
use solana_pubkey::Pubkey;
use till::client::Token;
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, SPL_TOKEN, rpc};

/// A wallet with so many lamports, or none; and so much of a token, or no account for it.
fn wallet(api: &Api, lamports: u64, mint: &Pubkey, tokens: Option<u64>) -> Pubkey {
    let wallet = Pubkey::new_unique();
    hold(api, &wallet, lamports, mint, tokens);
    wallet
}

fn hold(api: &Api, wallet: &Pubkey, lamports: u64, mint: &Pubkey, tokens: Option<u64>) {
    let mut node = api.rpc.node();
    if lamports > 0 {
        node.accounts.insert(wallet.to_string(), (Pubkey::default(), lamports, vec![]));
    }
    if let Some(tokens) = tokens {
        let data = rpc::token_account(mint, wallet, tokens);
        let account = Token { mint: *mint, program: SPL_TOKEN }.account_of(wallet);
        node.accounts.insert(account.to_string(), (SPL_TOKEN, 2_039_280, data));
    }
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let api = Api::start().await;
    let payment = api.payment().await;
    let path = format!("/pay/{}", payment.id);
    let body = json!({ "account": Pubkey::new_unique().to_string(), "sponsor": true });
    seen.expect(Code::NotSponsored, api.post(&path, body).await).await;
    seen.expect(Code::TransferNotAccepted, api.get(&format!("{path}/qr.svg?of=transfer")).await).await;
}
