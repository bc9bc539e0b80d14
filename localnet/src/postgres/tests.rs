use std::{path::Path, process::Command};

use sqlx::{Connection, PgConnection};

use super::*;
use crate::ports;

fn free_port() -> u16 {
    let [port] = ports::free();
    port
}

async fn number(url: &str, sql: &'static str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let number = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_keeps_its_data_and_leaves_nothing_running() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("state");
    let first = Postgres::start(&dir, free_port()).await.unwrap();
    let url = first.url();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept (id bigint); INSERT INTO kept VALUES (42)")
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(
        number(&url, "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'on'").await,
        1
    );
    let wrong = url.replace("till:", "till:wrong");
    assert!(PgConnection::connect(&wrong).await.is_err(), "a wrong password must not connect");
    let data = first.data_dir().to_owned();
    // A connection that is left open does not keep it from stopping.
    first.stop().await.unwrap();
    assert!(!data.join("postmaster.pid").exists());
    drop(connection);

    let second = Postgres::start(&dir, free_port()).await.unwrap();
    assert_eq!(number(&second.url(), "SELECT id FROM kept").await, 42);
    second.stop().await.unwrap();

    Postgres::remove(&dir).await.unwrap();
    assert!(!data.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_over_from_one_that_was_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("state");
    let first = Postgres::start(&dir, free_port()).await.unwrap();
    let data = first.data_dir().to_owned();
    // Neither stopped nor dropped: as after a crash on a system without the death signal.
    std::mem::forget(first);
    let second = Postgres::start(&dir, free_port()).await.unwrap();
    assert_eq!(number(&second.url(), "SELECT 1::bigint").await, 1);
    second.stop().await.unwrap();
    Postgres::remove(&dir).await.unwrap();
    assert!(!data.exists());
}

/// As root the cluster is outside of the temporary directory and not removed with it.
fn remove(data: &Path) {
    if data.starts_with("/var/tmp") {
        fs::remove_dir_all(data.parent().unwrap()).unwrap();
    }
}

#[test]
fn a_directory_below_a_private_one_is_not_reachable() {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let inner = dir.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(reachable(&inner));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(!reachable(&inner));
}

#[test]
fn the_place_elsewhere_is_the_same_every_time_and_another_for_another_directory() {
    assert_eq!(elsewhere(Path::new("/root/a")), elsewhere(Path::new("/root/a")));
    assert_ne!(elsewhere(Path::new("/root/a")), elsewhere(Path::new("/root/b")));
}

/// The server ends with a process that is killed: checked with a process of its own, this test run again.
#[test]
fn ends_when_its_parent_is_killed() {
    const CHILD: &str = "TILL_TEST_POSTGRES_CHILD";
    if let Some(dir) = std::env::var_os(CHILD) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let _cluster = runtime.block_on(Postgres::start(Path::new(&dir), free_port())).unwrap();
        fs::write(Path::new(&dir).join("ready"), _cluster.data_dir().as_os_str().as_encoded_bytes()).unwrap();
        std::thread::sleep(Duration::from_secs(120));
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("state");
    fs::create_dir(&dir).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::tests::ends_when_its_parent_is_killed", "--nocapture"])
        .env(CHILD, &dir)
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !dir.join("ready").exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "the cluster does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(50));
    let data = PathBuf::from(fs::read_to_string(dir.join("ready")).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    let started = Instant::now();
    while data.join("postmaster.pid").exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "the server outlives its parent");
        std::thread::sleep(Duration::from_millis(20));
    }
    remove(&data);
}
