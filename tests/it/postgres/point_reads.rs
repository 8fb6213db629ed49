//! What is read does not depend on how much is stored: the server itself counts the rows.

use chrono::TimeDelta;
use studio_credits::AccountId;
use studio_credits::journal::RecordName;
use studio_credits::store::{Freshness, Inventory, LedgerStore, PostgresStore};

use super::place::{Place, RUNTIME};
use super::studio::{account, gift, key, ledger, now};

/// So often that the server has settled on a plan for good.
const TIMES: i64 = 20;

fn newcomer(number: i64) -> AccountId {
    AccountId::new(&format!("newcomer-{number}")).unwrap()
}

/// How many rows of accounts, entries and records were read since the tables were made.
async fn rows_read(store: &PostgresStore) -> [i64; 3] {
    let client = store.pool().get().await.unwrap();
    client.query_one("SELECT pg_stat_force_next_flush()", &[]).await.unwrap();
    let sql = "
        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
        WHERE schemaname = $1 AND relname IN ('account', 'entry', 'record') ORDER BY relname";
    let rows = client.query(sql, &[&store.schema().to_string()]).await.unwrap();
    [0, 1, 2].map(|place: usize| rows[place].get(0))
}

#[test]
fn what_is_read_of_a_large_account_is_what_is_read_of_a_small_one() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        let ledger = ledger(store.clone());
        for number in [1, 2, 3] {
            for name in ["gift", "more"] {
                ledger.grant(&account(number), &key(name), gift(), now()).await.unwrap();
            }
        }
        // The plans are made now, while there is next to nothing.
        for number in 0..TIMES {
            ledger.grant(&account(4), &key(&format!("gift-{number}")), gift(), now()).await.unwrap();
            ledger.grant(&newcomer(number), &key("gift"), gift(), now()).await.unwrap();
            store.load(&account(4), &[RecordName::Receipt(key("gift-0"))], Freshness::Latest).await.unwrap();
        }
    });
    // 50,000 entries and receipts of one account, as many receipts of another, and many accounts beside them.
    place.run(
        "INSERT INTO {s}.entry
         SELECT account, seq + n, at, kind, key || n, available, held, replace(body, '\"seq\":3', '\"seq\":' || seq + n)
         FROM {s}.entry, generate_series(1, 50000) AS n WHERE account = 'user-2' AND seq = 3;
         INSERT INTO {s}.record (account, name, done_at, first_entry, last_entry, body)
         SELECT account, name || n, done_at, first_entry, last_entry, body
         FROM {s}.record, generate_series(1, 50000) AS n WHERE account <> 'user-1' AND name = 'receipt/more';
         INSERT INTO {s}.account
         SELECT account || '-' || n, version, seq, unit, status, plan, available, held, debt, lapses_at, body
         FROM {s}.account, generate_series(1, 5000) AS n WHERE length(account) = 6",
    );
    RUNTIME.block_on(async {
        for number in [1, 2] {
            let names = ["gift", "more", "none"].map(|name| RecordName::Receipt(key(name)));
            let before = rows_read(&store).await;
            for _ in 0..TIMES {
                let loaded = store.load(&account(number), &names, Freshness::Latest).await.unwrap();
                assert!(loaded.head.is_some() && loaded.records.len() == 2);
            }
            let after = rows_read(&store).await;
            let read = [0, 1, 2].map(|table| after[table] - before[table]);
            assert_eq!(read, [TIMES, 2 * TIMES, 2 * TIMES], "account {number}");
        }
        let ledger = ledger(store.clone());
        ledger.grant(&account(3), &key("known"), gift(), now()).await.unwrap();
        let before = rows_read(&store).await;
        for number in 0..TIMES {
            ledger.grant(&account(3), &key(&format!("later-{number}")), gift(), now()).await.unwrap();
        }
        let after = rows_read(&store).await;
        let read = [0, 1, 2].map(|table| after[table] - before[table]);
        assert_eq!(read, [TIMES, 0, 0], "commits of an account with many receipts: its row");
        let before = rows_read(&store).await;
        for number in 0..TIMES {
            ledger.grant(&newcomer(TIMES + number), &key("gift"), gift(), now()).await.unwrap();
        }
        assert_eq!(rows_read(&store).await, before, "accounts that are new, beside many");
        let before = rows_read(&store).await;
        for _ in 0..TIMES {
            assert_eq!(store.entries(&account(2), 49_000, 10).await.unwrap().len(), 10);
        }
        assert_eq!(
            rows_read(&store).await,
            [before[0], before[1] + 10 * TIMES, before[2]],
            "a page of a large account"
        );
    });
}

#[test]
fn what_is_forgotten_is_not_looked_for_among_all_that_is_kept() {
    const PAGE: usize = 50;
    let Some(place) = Place::new() else { return };
    let store = place.store();
    let before = now() + TimeDelta::seconds(1);
    RUNTIME.block_on(async {
        ledger(store.clone()).grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        // The plan is made now, while there is next to nothing.
        for _ in 0..TIMES {
            assert_eq!(store.forget_receipts(before - TimeDelta::days(1), PAGE).await.unwrap(), 0);
        }
    });
    place.run(
        "INSERT INTO {s}.record (account, name, done_at, first_entry, last_entry, body)
         SELECT account, name || n, done_at + interval '1 day' * greatest(0, n - 199), first_entry, last_entry, body
         FROM {s}.record, generate_series(1, 50000) AS n;
         ANALYZE {s}.record",
    );
    RUNTIME.block_on(async {
        let read = rows_read(&store).await;
        for _ in 0..4 {
            assert_eq!(store.forget_receipts(before, PAGE).await.unwrap(), PAGE);
        }
        let pages = 2 * 4 * i64::try_from(PAGE).unwrap();
        assert_eq!(rows_read(&store).await, [read[0], read[1], read[2] + pages], "each is found, and looked up");
        assert_eq!(store.forget_receipts(before, PAGE).await.unwrap(), 0);
    });
}
