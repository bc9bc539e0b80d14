//! What wallets sign, on the real programs: SOL that is wrapped on the way, instructions that wallets add by themselves,
//! and a sponsor's signature.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anchor_spl::token::spl_token::{instruction::transfer_checked, native_mint};
use reqwest::{Method, StatusCode};
use serde_json::json;
use solana_keypair::{Keypair, write_keypair_file};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Token, VaultKey};
use till_localnet::{keys, ports, wallet};

use till_e2e::{Net, PATIENCE, flags, program};

const SOL: Token = Token { mint: native_mint::ID, program: anchor_spl::token::ID };

#[tokio::test(flavor = "multi_thread")]
async fn wallets_sign_what_they_are_handed() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &[]).await;
    what_wallets_add_does_no_harm(&net).await;
    sol_is_wrapped_on_the_way(&net).await;
    who_has_no_sol_pays_with_a_sponsor(&net, dir.path()).await;
}

async fn what_wallets_add_does_no_harm(net: &Net) {
    let payment = net.payment("USDC").await;
    let (link, customer) = (format!("{}/pay/{payment}", net.description.api_url), net.customer());
    let unsigned = wallet::request(&link, &customer).await.expect("a transaction");
    let signed = unsigned.with_additions(&customer).unwrap().sign(&customer).unwrap();
    net.rpc().send_signed(&signed).await.expect("within its limit of compute units");
    net.until_status(&payment, "authorized").await;
}

async fn sol_is_wrapped_on_the_way(net: &Net) {
    let (merchant, customer) =
        (keys::load(&net.description.keypairs.merchant).unwrap(), net.customer().pubkey());
    let address = net.description.merchant_address.parse().unwrap();
    let vault = VaultKey { merchant: address, token: SOL, shard: 0 };
    let open = client::open_vault(merchant.pubkey(), merchant.pubkey(), &vault);
    net.rpc().send(&[open], &merchant, &[]).await.expect("a vault for SOL");

    let wrapped = SOL.account_of(&customer);
    let first = payment_in_sol(net).await;
    net.pay(&first).await;
    net.until_status(&first, "authorized").await;
    assert!(!net.rpc().exists(&wrapped).await.unwrap(), "what was created for wrapping is gone");

    // What is given back comes wrapped, because only its owner can unwrap it; the next payment takes it from there.
    net.post(&format!("/v1/payments/{first}/void"), json!({})).await;
    net.until_status(&first, "voided").await;
    assert!(net.rpc().exists(&wrapped).await.unwrap());
    let second = payment_in_sol(net).await;
    net.pay(&second).await;
    net.until_status(&second, "authorized").await;
    assert!(net.rpc().exists(&wrapped).await.unwrap(), "what was there before stays");
}

/// A payment of half a SOL, once the vault has been seen.
async fn payment_in_sol(net: &Net) -> String {
    let body = json!({ "amount": "0.5", "token": native_mint::ID.to_string() });
    let started = Instant::now();
    loop {
        let (status, answer) = net.call(Method::POST, "/v1/payments", Some(body.clone()), &[]).await;
        if status == StatusCode::CREATED {
            return answer["id"].as_str().unwrap().to_owned();
        }
        assert!(started.elapsed() < PATIENCE, "{answer:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A process of the API on the same database, with a sponsor.
struct Sponsoring {
    url: String,
    child: Child,
}

impl Sponsoring {
    fn start(net: &Net, sponsor: &Path) -> Self {
        let [port] = ports::free();
        let listen = format!("127.0.0.1:{port}");
        let url = format!("http://{listen}");
        let child = program("till-api")
            .arg("serve")
            .env("DATABASE_URL", &net.description.database_url)
            .env("TILL_RPC_URL", &net.description.rpc_url)
            .env("TILL_OPERATOR_KEYPAIR", &net.description.keypairs.operator)
            .env("TILL_SPONSOR_KEYPAIR", sponsor)
            .env("TILL_SPONSOR_MERCHANTS", &net.description.merchant_id)
            .env("TILL_LISTEN", &listen)
            .env("TILL_PUBLIC_URL", &url)
            .stdout(Stdio::null())
            .spawn()
            .expect("the API starts");
        Self { url, child }
    }

    async fn until_it_answers(&self) {
        let started = Instant::now();
        while reqwest::get(format!("{}/healthz", self.url)).await.is_err() {
            assert!(started.elapsed() < PATIENCE, "the API does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Sponsoring {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn who_has_no_sol_pays_with_a_sponsor(net: &Net, dir: &Path) {
    let (sponsor, poor) = (Keypair::new(), Keypair::new());
    let path = dir.join("sponsor.json");
    write_keypair_file(&sponsor, &path).unwrap();
    let rpc = net.rpc();
    rpc.ensure_lamports(&sponsor.pubkey(), 1_000_000_000).await.unwrap();
    give_dollars(net, &poor.pubkey()).await;
    let api = Sponsoring::start(net, &path);
    api.until_it_answers().await;

    let payment = net.payment("USDC").await;
    let link = format!("{}/pay/{payment}", api.url);
    let unsigned = wallet::request(&link, &poor).await.expect("a transaction");
    let changed = unsigned.with_additions(&poor).unwrap().sign(&poor);
    assert!(changed.is_err(), "the sponsor's signature holds for what it signed, and nothing else");

    let before = rpc.client.get_balance(&sponsor.pubkey()).await.unwrap();
    let signed = wallet::request(&link, &poor).await.expect("a transaction").sign(&poor).unwrap();
    rpc.send_signed(&signed).await.expect("a confirmed transaction");
    net.until_status(&payment, "authorized").await;
    assert_eq!(rpc.client.get_balance(&poor.pubkey()).await.unwrap(), 0);
    assert!(rpc.client.get_balance(&sponsor.pubkey()).await.unwrap() < before);
}

/// The price of a payment, from the demo customer.
async fn give_dollars(net: &Net, to: &Pubkey) {
    let usdc = net.description.tokens.iter().find(|token| token.symbol == "USDC").unwrap();
    let token = Token { mint: usdc.mint.parse().unwrap(), program: usdc.token_program.parse().unwrap() };
    let customer = net.customer();
    let from = customer.pubkey();
    let create = create_associated_token_account_idempotent(&from, to, &token.mint, &token.program);
    let transfer = transfer_checked(
        &token.program,
        &token.account_of(&from),
        &token.mint,
        &token.account_of(to),
        &from,
        &[],
        25_000_000,
        usdc.decimals,
    );
    net.rpc().send(&[create, transfer.unwrap()], &customer, &[]).await.expect("a transfer");
}
