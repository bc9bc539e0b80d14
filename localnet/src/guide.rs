//! What is printed when everything is up: where things are, and what to try.

use crate::description::Description;

pub fn print(net: &Description) {
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
    println!("\nTry, in another terminal:\n");
    println!(
        "  curl -s {api_url}/v1/payments -H 'Authorization: Bearer {api_key}' \\\n       \
         -H 'Content-Type: application/json' -d '{{\"amount\": \"12.50\", \"token\": \"USDC\"}}'\n"
    );
    println!("  curl -s {api_url}/v1/payments -H 'Authorization: Bearer {api_key}'\n");
    println!("  curl -s '{api_url}/v1/events?after=0' -H 'Authorization: Bearer {api_key}'\n");
    println!("  make pay PAYMENT=<the id of a payment>     the demo customer pays it\n");
}
