//! A disk that is full: of the tables, and of the log, where the server stops altogether.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::store::postgres::PostgresSchema;
use studio_credits::store::postgres::deadpool_postgres::Pool;
use studio_credits::store::{Fate, Freshness, LedgerStore, PostgresStore};

use super::place::{RUNTIME, own_server, pool};
use super::server::Server;
use super::studio::{Crowd, Load, account, gift, key, ledger, now};
use crate::small_disk::{User, fill, here, run};

/// How often the tables, and how often the log have no room.
const TABLES: u64 = 30;
const LOGS: u64 = 3;
/// How many jobs are done between.
const BETWEEN: usize = 40;
/// So that the log does not take what the tables are to have, and the server does not come back by itself.
const SETTINGS: &str = "-c min_wal_size=32MB -c max_wal_size=32MB -c restart_after_crash=off";

#[test]
fn a_full_disk_loses_nothing_that_was_answered_for() {
    run("postgres::full_disk::on_a_small_disk", 160, User::Same);
}

/// What runs in that process; nothing where it was not started for that.
#[test]
fn on_a_small_disk() {
    let Some(disk) = here() else { return };
    let Some(server) = own_server(SETTINGS) else { return };
    let [mine, direct] = [(); 2].map(|()| pool(server.url().parse().unwrap()));
    RUNTIME.block_on(async {
        tables(&store("tables", &mine).await, &disk).await;
        log(&store("log", &mine).await, &direct, &server, &disk).await;
    });
}

async fn store(schema: &str, pool: &Pool) -> PostgresStore {
    let schema = PostgresSchema::named(schema).unwrap();
    schema.migrate(pool).await.unwrap();
    schema.open(pool.clone()).await.unwrap()
}

/// Leaves so many blocks free, and opens accounts until one is refused; with room, it is opened.
async fn tables(store: &PostgresStore, disk: &Path) {
    let filler = disk.join("filler");
    let ledger = Ledger::new(store.clone(), "credits".parse().unwrap()).with_attempts(1);
    let mut opened = 0;
    for left in 0..TABLES {
        fill(&filler, left);
        let source = loop {
            match ledger.grant(&account(opened), &key("gift"), gift(), now()).await {
                Ok(_) => opened += 1,
                Err(LedgerError::Unavailable { source }) => break source,
                Err(error) => panic!("{error}"),
            }
        };
        let text = source.to_string();
        assert!(text.ends_with("(SQLSTATE 53100)"), "{text}");
        assert_eq!(source.fate(), Fate::NotWritten, "{text}");
        fs::remove_file(&filler).unwrap();
        let found = store.load(&account(opened), &[], Freshness::Latest).await.unwrap();
        assert!(found.head.is_none(), "{text}");
        ledger.grant(&account(opened), &key("gift"), gift(), now()).await.unwrap();
        opened += 1;
    }
    println!("{opened} accounts were opened, {TABLES} of them at the second attempt");
    Load { clients: 0, accounts: opened, jobs: 0 }.check(store.clone(), store.pool()).await;
}

/// Clients work while there is no room for more of the log: the server ends, and is started again once there is.
async fn log(store: &PostgresStore, direct: &Pool, server: &Server, disk: &Path) {
    let filler = disk.join("filler");
    let load = Load { clients: 8, accounts: 5, jobs: 0 };
    let ledger = Arc::new(ledger(store.clone()));
    load.run(&ledger).await;
    let crowd = Crowd::start(load, &ledger);
    for _ in 0..LOGS {
        crowd.more(BETWEEN).await;
        fill(&filler, 0);
        while another_file(direct).await {}
        fs::remove_file(&filler).unwrap();
        server.start_again().unwrap();
    }
    crowd.more(BETWEEN).await;
    let jobs = crowd.stop().await;
    println!("the server ended {LOGS} times, and {jobs} jobs were done");
    Load { clients: 1, jobs, ..load }.check(store.clone(), direct).await;
}

/// Has the server begin another file of its log; whether it could.
async fn another_file(pool: &Pool) -> bool {
    let Ok(client) = pool.get().await else { return false };
    let sql = "SELECT pg_logical_emit_message(true, 'disk', 'full'); SELECT pg_switch_wal()";
    client.batch_execute(sql).await.is_ok()
}
