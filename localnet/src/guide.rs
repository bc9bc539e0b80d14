//! What is printed when everything is up: where things are, and what to try.

use crate::description::Description;

/// `payment`: the id of one that has been captured and can still be refunded; `checkout`: the page of one that waits to
/// be paid.
pub fn print(net: &Description, payment: Option<&str>, checkout: Option<&str>) {
    let Description { api_url, rpc_url, ws_url, grpc_url, database_url, api_key, .. } = net;
    println!("Up, until Ctrl-C. All of this is in localnet.json too.\n");
    for (name, value) in [
        ("API", api_url),
        ("JSON-RPC", rpc_url),
        ("WebSocket", ws_url),
        ("Yellowstone gRPC", grpc_url),
        ("Postgres", database_url),
        ("program", &net.program_id),
        ("merchant", &net.merchant_id),
        ("API key", api_key),
        ("webhooks received", &net.webhook_log.display().to_string()),
        ("log", &net.log.display().to_string()),
    ] {
        println!("  {name:<18} {value}");
    }
    pages(net, checkout);
    let key = format!("-H 'Authorization: Bearer {api_key}'");
    let json = "-H 'Content-Type: application/json'";
    println!("\nTry, in another terminal:\n");
    println!("  # ask for a payment, and let the demo customer pay it");
    println!(
        "  curl -s {api_url}/v1/payments {key} {json} -d '{{\"amount\": \"12.50\", \"token\": \"USDC\"}}'"
    );
    println!("  make pay PAYMENT=<the id in the answer>\n");
    if let Some(payment) = payment {
        println!("  # refund one more unit of the payment above, and see what is known of it");
        println!(
            "  curl -s {api_url}/v1/payments/{payment}/refund {key} {json} -d '{{\"amount\": \"1.00\"}}'"
        );
        println!("  curl -s {api_url}/v1/payments/{payment} {key}\n");
    }
    println!("  # everything that happened, and the webhooks that told of it");
    println!("  curl -s '{api_url}/v1/events?after=0' {key}");
    println!("  tail -n 1 {}\n", net.webhook_log.display());
}

/// What wallets are shown.
fn pages(net: &Description, checkout: Option<&str>) {
    let Description { api_url, campaigns, pool, burn_mint, link, .. } = net;
    println!(
        "\nPages, for a wallet that is set to this net (Phantom: Settings, Developer settings, Testnet mode,"
    );
    println!("Solana Localnet) and has been given something by `make fund WALLET=<its address>`:\n");
    if let Some(checkout) = checkout {
        println!("  {:<18} {checkout}", "checkout");
    }
    for campaign in campaigns {
        println!("  {:<18} {api_url}/campaigns/{campaign}", "campaign");
    }
    for (name, path) in [
        ("staking pool", format!("pools/{pool}")),
        ("burns", format!("burns/{burn_mint}")),
        ("payment link", format!("links/{link}")),
        ("dashboard", "dashboard".to_owned()),
    ] {
        println!("  {name:<18} {api_url}/{path}");
    }
}
