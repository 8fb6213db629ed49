//! A job row and its hold, in one transaction.

use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::store::{Commit, Committed, Fate, Freshness, LedgerStore, PostgresStore};
use studio_credits::{Credits, Delivery};

use super::place::{Place, RUNTIME, until_it_blocks};
use super::studio::{ENGINE, account, fence, gift, key, ledger, now, quote};

#[derive(Clone, Copy)]
enum End {
    Commit,
    Rollback,
    Dropped,
}

async fn jobs(place: &Place) -> i64 {
    let sql = format!("SELECT count(*) FROM {}.job", place.schema);
    place.direct.get().await.unwrap().query_one(&sql, &[]).await.unwrap().get(0)
}

async fn held(store: &PostgresStore) -> Credits {
    let ledger = Ledger::new(store.clone(), "credits".parse().unwrap());
    ledger.balance(&account(1), now()).await.unwrap().held
}

#[test]
fn a_job_and_its_hold_are_there_both_or_neither() {
    let Some(place) = Place::new() else { return };
    place.run("CREATE TABLE {s}.job (id text PRIMARY KEY)");
    let store = place.store();
    RUNTIME.block_on(async {
        let outside = ledger(store.clone());
        outside.grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        for (end, is_done) in [(End::Rollback, false), (End::Dropped, false), (End::Commit, true)] {
            let mut client = store.pool().get().await.unwrap();
            let transaction = client.transaction().await.unwrap();
            transaction.execute(&format!("INSERT INTO {}.job VALUES ('job')", place.schema), &[]).await.unwrap();
            let within = Ledger::new(store.within(&transaction), "credits".parse().unwrap());
            within.hold(&account(1), &key("job"), &quote(), now()).await.unwrap();
            assert_eq!((jobs(&place).await, held(&store).await), (0, Credits::ZERO), "before its end");
            drop(within);
            match end {
                End::Commit => transaction.commit().await.unwrap(),
                End::Rollback => transaction.rollback().await.unwrap(),
                End::Dropped => drop(transaction),
            }
            drop(client);
            let amount = if is_done { quote().total() } else { Credits::ZERO };
            assert_eq!((jobs(&place).await, held(&store).await), (i64::from(is_done), amount));
        }
        // The account is at hand in the lane, as it was before: it finds out.
        outside.settle(&account(1), &key("end"), held_job(), Delivery::outputs(1), &ENGINE, now()).await.unwrap();
        assert_eq!(held(&store).await, Credits::ZERO);
    });
}

fn held_job() -> studio_credits::HoldId {
    studio_credits::HoldId::new("job").unwrap()
}

#[test]
fn a_command_is_two_round_trips_inside_a_transaction() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        let mut client = store.pool().get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let before = place.proxy.round_trips();
        let within = Ledger::new(store.within(&transaction), "credits".parse().unwrap());
        within.grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        assert_eq!(place.proxy.round_trips() - before, 2);
    });
}

#[test]
fn an_error_ends_the_transaction_and_says_that_nothing_was_written() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        let mut client = store.pool().get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        assert!(transaction.execute("SELECT 1 / 0", &[]).await.is_err());
        let within = Ledger::new(store.within(&transaction), "credits".parse().unwrap());
        let error = within.grant(&account(1), &key("gift"), gift(), now()).await.unwrap_err();
        let LedgerError::Unavailable { source } = error else { panic!("{error}") };
        assert_eq!(source.fate(), Fate::Fatal);
        assert!(source.to_string().ends_with("(SQLSTATE 25P02)"), "{source}");
    });
}

#[test]
fn one_commit_may_travel_in_a_transaction() {
    let Some(place) = Place::new() else { return };
    let [store, other] = [place.store(), place.another_store()];
    RUNTIME.block_on(async {
        // As it was decided elsewhere.
        ledger(other.clone()).grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        let snapshot = other.load(&account(1), &[], Freshness::Latest).await.unwrap().head.unwrap().snapshot.unwrap();
        let entries = other.entries(&account(1), 0, 10).await.unwrap();
        let written = entries.len();
        let commit = Commit::new(account(1), 0, entries, snapshot, Vec::new());
        let mut client = store.pool().get().await.unwrap();
        for outcome in [Committed::Applied, Committed::Conflict] {
            let transaction = client.transaction().await.unwrap();
            assert_eq!(store.commit_in(&transaction, &commit).await.unwrap(), outcome);
            transaction.commit().await.unwrap();
        }
        assert_eq!(store.entries(&account(1), 0, 10).await.unwrap().len(), written);
    });
}

#[test]
fn a_commit_that_waited_for_a_transaction_looks_again_at_what_it_finds() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        ledger(store.clone()).grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        let fence = fence(&store, &account(1)).await;
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        assert_eq!(store.commit_in(&transaction, &fence).await.unwrap(), Committed::Applied);
        let (other, same) = (store.clone(), fence.clone());
        let waiting = RUNTIME.spawn(async move { other.commit(&same).await });
        until_it_blocks(&transaction).await;
        transaction.commit().await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), Committed::Conflict);
        let head = store.load(&account(1), &[], Freshness::Latest).await.unwrap().head.unwrap();
        assert_eq!(head.version, fence.expected + 1);
    });
}
