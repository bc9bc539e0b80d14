//! Merchants whose addresses change.

use sqlx::PgPool;
use till_store::{
    chain::{Batch, Change, Changes, Checkpoint, EventKey, EventRow, MerchantState, State, Writer},
    testing::TestDatabase,
};

/// A writer, and where it stands.
struct Chain {
    writer: Writer,
    last: Option<Checkpoint>,
}

impl Chain {
    /// The next slot: these changes of the merchant `m`, each with its event.
    async fn commit(&mut self, states: Vec<(&str, MerchantState)>) {
        let slot = self.last.as_ref().map_or(1, |last| last.slot + 1);
        let time = chrono::DateTime::from_timestamp(slot, 0).unwrap();
        let mut changes = Changes::default();
        for (signature, state) in states {
            let key = EventKey { signature: signature.to_owned(), instruction: 0, inner_index: 0 };
            let (address, state) = ("m".to_owned(), State::Merchant(state));
            changes.states.push(Change { key: key.clone(), address, state, slot });
            changes.events.push(EventRow {
                key,
                slot,
                transaction_index: 0,
                kind: "Merchant",
                merchant: Some("m".to_owned()),
                payment: None,
                vault: None,
                subject: None,
                data: "{}".to_owned(),
                block_time: time,
            });
        }
        let checkpoint = Checkpoint {
            slot,
            blockhash: format!("hash{slot}"),
            block_height: slot,
            block_time: time,
            finalized_slot: 0,
        };
        let batch = Batch { changes, ..Batch::new(self.last.take(), checkpoint.clone()) };
        self.writer.commit(&batch).await.unwrap();
        self.last = Some(checkpoint);
    }
}

fn registered() -> MerchantState {
    let wallet = || "first".to_owned();
    MerchantState::Registered {
        founder: wallet(),
        index: 0,
        authority: wallet(),
        operator: wallet(),
        payout_wallet: wallet(),
        rent_payer: wallet(),
    }
}

fn operator(name: &str, sequence: i64) -> MerchantState {
    MerchantState::Updated { operator: Some(name.to_owned()), payout_wallet: None, sequence }
}

async fn merchant(pool: &PgPool) -> (String, String, i64) {
    sqlx::query_as("SELECT authority, operator, sequence FROM chain.merchants").fetch_one(pool).await.unwrap()
}

async fn offer(pool: &PgPool) -> Option<String> {
    sqlx::query_scalar("SELECT pending_authority FROM chain.merchants").fetch_one(pool).await.unwrap()
}

async fn merchants(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM chain.merchants").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_merchant_follows_its_changes_and_never_goes_back() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let writer = Writer::connect(&database.url.parse().unwrap()).await.unwrap();
    let mut chain = Chain { writer, last: None };
    let is = |authority: &str, operator: &str, sequence: i64| {
        (authority.to_owned(), operator.to_owned(), sequence)
    };

    // A change of a merchant that registered before the first indexed slot.
    chain.commit(vec![("unknown", operator("nobody", 3))]).await;
    assert_eq!(merchants(pool).await, 0);

    chain.commit(vec![("a", registered()), ("b", operator("second", 1)), ("c", operator("third", 2))]).await;
    assert_eq!(merchant(pool).await, is("first", "third", 2));
    chain.commit(vec![("d", operator("stale", 2))]).await;
    assert_eq!(merchant(pool).await, is("first", "third", 2));
    let pending_authority = Some("other".to_owned());
    let proposed = MerchantState::AuthorityProposed { pending_authority, sequence: 3 };
    chain.commit(vec![("e", proposed)]).await;
    assert_eq!(
        (merchant(pool).await, offer(pool).await),
        (is("first", "third", 3), Some("other".to_owned()))
    );
    let accepted = MerchantState::AuthorityAccepted { authority: "other".to_owned(), sequence: 4 };
    chain.commit(vec![("e2", accepted)]).await;
    assert_eq!((merchant(pool).await, offer(pool).await), (is("other", "third", 4), None));

    // The event of the registration once more changes nothing; one of its own begins anew.
    chain.commit(vec![("a", registered())]).await;
    assert_eq!(merchant(pool).await, is("other", "third", 4));
    chain.commit(vec![("f", MerchantState::Closed), ("g", registered()), ("h", operator("again", 1))]).await;
    assert_eq!(merchant(pool).await, is("first", "again", 1));
    chain.commit(vec![("i", MerchantState::Closed)]).await;
    assert_eq!(merchants(pool).await, 0);
}
