//! Drills of `docs/runbooks`: each does what the page of its name says.

use std::{fs, ops::RangeInclusive, path::Path, process::Command, sync::Arc, time::Duration};

use till_indexer::{
    core::Update,
    sources::{Blocks, Source, Subscription, failover::Failover},
};
use till_store::testing::TestDatabase;
use tokio::sync::mpsc;

use crate::{
    faults::{busy, require_all, set_up},
    script::{Plan, Running, Script, indexed},
    world::{GENESIS, merchant_and_payments},
};

/// A node that has every block.
struct Archive(Vec<Update>);

impl Blocks for Archive {
    fn name(&self) -> &str {
        "archive"
    }

    fn fetch(&self, slots: RangeInclusive<u64>) -> Subscription {
        let wanted: Vec<Update> =
            self.0.iter().filter(|update| slots.contains(&update.slot())).cloned().collect();
        let (sender, updates) = mpsc::channel(64);
        let task = tokio::spawn(async move {
            for update in wanted {
                let _ = sender.send(Ok(update)).await;
            }
        });
        Subscription::new(updates, task)
    }
}

async fn checkpoint(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT slot FROM chain.checkpoint").fetch_one(&database.pool).await.unwrap()
}

#[tokio::test]
async fn stream_dead() {
    let (database, merchant_id, busy) = set_up(4).await;
    let half = busy.chain.len() / 2;
    let first = Script::new(Vec::new())
        .plan(Plan::Break(busy.chain[..half].to_vec()))
        .plan(Plan::Refuse)
        .plan(Plan::Refuse)
        .plan(Plan::Refuse);
    let second = Script::new(busy.chain.clone());
    let sources: Vec<Arc<dyn Source>> = vec![Arc::new(first), Arc::new(second)];
    let indexer = Running::of(Arc::new(Failover::new(sources)), None, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

#[tokio::test]
async fn gap_that_will_not_fill() {
    let (database, merchant_id, busy) = set_up(4).await;
    let from = busy.tip - 2;
    // The endpoint remembers the last slots only, whatever it is asked for.
    let (before, forgotten) = (GENESIS + 2, GENESIS + 3..from);
    let remembered: Vec<Update> =
        busy.chain.iter().filter(|update| !forgotten.contains(&update.slot())).cloned().collect();
    let source = Arc::new(Script::new(remembered));
    let indexer = Running::of(source.clone(), None, &database.url, GENESIS);
    indexed(&database.pool, before).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(checkpoint(&database).await as u64, before, "nothing behind the gap is committed");
    indexer.stop().await;

    let node: Arc<dyn Blocks> = Arc::new(Archive(busy.chain.clone()));
    let indexer = Running::of(source, Some(node), &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

/// A Postgres whose files cannot grow while the returned flag is there.
async fn filling_disk(dir: &Path) -> (TestDatabase, std::path::PathBuf) {
    let (library, flag) = (dir.join("full_disk.so"), dir.join("full"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/indexer/full_disk.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    assert!(compiled.unwrap().success(), "what Rust links with can compile C");
    let environment = [("LD_PRELOAD", library.as_path()), ("TILL_FULL_DISK", flag.as_path())];
    (TestDatabase::create_with(&environment).await.unwrap(), flag)
}

#[tokio::test]
async fn database_full() {
    let dir = tempfile::tempdir().unwrap();
    // The server runs as another user.
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (database, flag) = filling_disk(dir.path()).await;
    let busy = busy(30);
    let merchant_id = merchant_and_payments(&database.pool, &busy.escrows).await;
    let script = Script::default();
    let mut chain = busy.chain.clone();
    let rest = chain.split_off(40);
    script.extend(chain);
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, GENESIS + 3).await;

    fs::write(&flag, "").unwrap();
    let fill = "CREATE TABLE public.filler AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)";
    let error = sqlx::query(fill).execute(&database.pool).await.unwrap_err();
    assert_eq!(error.as_database_error().and_then(|error| error.code()).as_deref(), Some("53100"), "{error}");
    script.extend(rest);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let stands = checkpoint(&database).await;
    assert!(stands < busy.tip as i64, "a full disk takes nothing more");
    let behind: i64 = sqlx::query_scalar("SELECT count(*) FROM chain.events WHERE slot > $1")
        .bind(stands)
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(behind, 0, "half a batch is none");

    fs::remove_file(&flag).unwrap();
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

/// Whoever adds a page adds a drill.
#[test]
fn every_page_is_drilled_and_every_drill_has_a_page() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbooks");
    let index = fs::read_to_string(pages.join("README.md")).unwrap();
    let drills = include_str!("runbooks.rs");
    let mut count = 0;
    for entry in fs::read_dir(pages).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let page = name.strip_suffix(".md").unwrap().to_owned();
        if page == "README" {
            continue;
        }
        count += 1;
        assert!(index.contains(&format!("({name})")), "{page} is not in the list");
        assert!(drills.contains(&format!("async fn {}()", page.replace('-', "_"))), "{page} is not drilled");
    }
    assert_eq!(index.matches(".md)").count(), count, "the list names pages that are not there");
}
