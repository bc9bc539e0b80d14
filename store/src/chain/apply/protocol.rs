//! The protocol's configuration.

use sqlx::PgConnection;

use crate::chain::{Change, PROTOCOL, ProtocolState, State};

/// One by one, in the order of the chain: the protocol changes rarely.
pub async fn protocol(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    for Change { state, slot, .. } in changes {
        let State::Protocol(state) = state else { continue };
        change(&mut *db, state, *slot).await?;
    }
    Ok(())
}

async fn change(db: &mut PgConnection, state: &ProtocolState, slot: i64) -> sqlx::Result<()> {
    let statement = match state {
        ProtocolState::Initialized { admin, guardian, treasury, fee_bps } => sqlx::query(
            "INSERT INTO chain.protocol (slot, admin, guardian, treasury, fee_bps) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(slot)
        .bind(admin)
        .bind(guardian)
        .bind(treasury)
        .bind(fee_bps),
        ProtocolState::Updated {
            guardian,
            treasury,
            pool,
            burn_mint,
            fee_bps,
            stakers_bps,
            burn_bps,
            sequence,
        } => sqlx::query(
            "UPDATE chain.protocol
             SET slot = $1, sequence = $2, guardian = $3, treasury = $4, pool = $5, burn_mint = $6, fee_bps = $7,
                 stakers_bps = $8, burn_bps = $9
             WHERE sequence < $2",
        )
        .bind(slot)
        .bind(sequence)
        .bind(guardian)
        .bind(treasury)
        .bind(pool)
        .bind(burn_mint)
        .bind(fee_bps)
        .bind(stakers_bps)
        .bind(burn_bps),
        ProtocolState::Paused { paused, sequence } => {
            sqlx::query("UPDATE chain.protocol SET slot = $1, sequence = $2, paused = $3 WHERE sequence < $2")
                .bind(slot)
                .bind(sequence)
                .bind(paused)
        }
        ProtocolState::AdminProposed { pending_admin, sequence } => sqlx::query(
            "UPDATE chain.protocol SET slot = $1, sequence = $2, pending_admin = $3 WHERE sequence < $2",
        )
        .bind(slot)
        .bind(sequence)
        .bind(pending_admin),
        ProtocolState::AdminAccepted { admin, sequence } => sqlx::query(
            "UPDATE chain.protocol SET slot = $1, sequence = $2, admin = $3, pending_admin = NULL
             WHERE sequence < $2",
        )
        .bind(slot)
        .bind(sequence)
        .bind(admin),
        ProtocolState::PolicyChanged { sequence } => {
            sqlx::query("UPDATE chain.protocol SET slot = $1, sequence = $2 WHERE sequence < $2")
                .bind(slot)
                .bind(sequence)
        }
    };
    statement.execute(db).await.map(drop)
}

/// Deletes what the events of the protocol have written, mint policies included, if it is one of these.
pub async fn forget(db: &mut PgConnection, subjects: &[String]) -> sqlx::Result<()> {
    if subjects.iter().any(|subject| subject == PROTOCOL) {
        sqlx::query("DELETE FROM chain.protocol").execute(&mut *db).await?;
        sqlx::query("DELETE FROM chain.mint_policies").execute(db).await?;
    }
    Ok(())
}
