//! The audit that never ends.

use std::{num::NonZeroU32, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use till_indexer::{audit::background, sources::rpc::Client};
use tokio_util::sync::CancellationToken;

use super::program::{Program, client};
use crate::{
    script::PATIENCE,
    world::{Escrow, VAULT},
};

/// Audits in the background until `says` is among the metrics.
async fn until(program: &Program, node: Option<Client>, metrics: &PrometheusHandle, says: &str) {
    let shutdown = CancellationToken::new();
    let database = program.database.url.parse().unwrap();
    let pace = NonZeroU32::new(1_000).unwrap();
    let audit = tokio::spawn(background::run(database, node, pace, shutdown.clone()));
    let told = async {
        while !metrics.render().lines().any(|line| line == says) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::time::timeout(PATIENCE, told).await;
    assert!(told.is_ok(), "{says} was never told:\n{}", metrics.render());
    shutdown.cancel();
    audit.await.unwrap();
}

/// Each test is a process of its own.
fn metrics() -> PrometheusHandle {
    PrometheusBuilder::new().install_recorder().unwrap()
}

const ONE: &str = "till_audit_differences 1";
const NONE: &str = "till_audit_differences 0";

#[tokio::test]
async fn the_background_audit_counts_what_differs_from_the_chain() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let metrics = metrics();
    until(&program, Some(client(&program.node)), &metrics, NONE).await;
    program.execute("UPDATE chain.vaults SET balance = balance + 1").await;
    until(&program, Some(client(&program.node)), &metrics, ONE).await;
}

#[tokio::test]
async fn without_a_node_rows_are_compared_with_what_was_streamed() {
    let mut program = Program::begin().await;
    let mut escrow = Escrow::new(1, 1_000);
    let emitted = vec![program.world.authorize(&mut escrow)];
    for (address, account) in program.vault() {
        program.set(address, account);
    }
    program.stream(emitted, &[VAULT]).await;
    let metrics = metrics();
    until(&program, None, &metrics, NONE).await;
    program.execute("UPDATE chain.vaults SET escrowed = escrowed + 1").await;
    until(&program, None, &metrics, ONE).await;
}
