//! Nobody answers for as long as anybody waits: what is known then, and that what is late spoils nothing.

use std::time::Duration;

use studio_credits::store::postgres::deadpool_postgres::{Manager, Pool};
use studio_credits::store::postgres::tokio_postgres::NoTls;
use studio_credits::store::{Committed, Fate, LedgerStore, PostgresStore, StoreError};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::place::{Place, RUNTIME, until_it_blocks};
use super::studio::{self, account, fence, gift, key, ledger, now};

const PATIENCE: Duration = Duration::from_millis(200);

/// An error that comes soon.
async fn told<T>(answer: impl Future<Output = Result<T, StoreError>>) -> (Fate, String) {
    let answer = timeout(Duration::from_secs(10), answer).await.expect("somebody waits for ever");
    let error = answer.map(|_| ()).unwrap_err();
    (error.fate(), error.to_string())
}

/// What somebody keeps locked.
fn lock(place: &Place) -> String {
    format!("SELECT FROM {}.account FOR UPDATE", place.schema)
}

async fn give(store: &PostgresStore) {
    for number in [1, 2] {
        ledger(store.clone()).grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
    }
}

#[test]
fn no_answer_in_time_gives_the_connection_up() {
    let Some(place) = Place::new() else { return };
    let store = place.store().with_patience(PATIENCE);
    RUNTIME.block_on(async {
        give(&store).await;
        let fence = fence(&store, &account(1)).await;
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.execute(&lock(&place), &[]).await.unwrap();
        let late = (Fate::Unknown, "the server has no answer in time".to_owned());
        assert_eq!(told(store.commit(&fence)).await, late);
        assert_eq!(store.pool().status().size, 0, "its answer may still come, and is nobody else's");
        transaction.rollback().await.unwrap();
        // What was late has won, or this has, and the other one has lost.
        let again = store.commit(&fence).await.unwrap();
        let head = studio::fence(&store, &account(1)).await;
        assert_eq!(head.expected, fence.expected + 1, "{again:?}");
        assert_eq!(store.commit(&head).await.unwrap(), Committed::Applied);
    });
}

#[test]
fn a_form_that_is_waited_for_in_vain_was_not_written() {
    let Some(place) = Place::new() else { return };
    let other = place.store();
    RUNTIME.block_on(async {
        give(&other).await;
        let fence = fence(&other, &account(1)).await;
        let store = place.schema.open(place.pool()).await.unwrap().with_patience(PATIENCE);
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.execute(&format!("LOCK TABLE {}.record", place.schema), &[]).await.unwrap();
        let late = (Fate::NotWritten, "the server has no answer to a statement's form".to_owned());
        assert_eq!(told(store.commit(&fence)).await, late);
        assert_eq!(store.pool().status().size, 0);
        transaction.rollback().await.unwrap();
        assert_eq!(store.commit(&fence).await.unwrap(), Committed::Applied);
    });
}

#[test]
fn no_connection_in_time_is_nothing_written() {
    let Some(place) = Place::new() else { return };
    let pool = Pool::builder(Manager::new(place.proxy.config(), NoTls)).max_size(1).build().unwrap();
    RUNTIME.block_on(async {
        let store = place.schema.open(pool.clone()).await.unwrap().with_patience(PATIENCE);
        give(&store).await;
        let fence = fence(&store, &account(1)).await;
        let taken = pool.get().await.unwrap();
        let none = (Fate::NotWritten, "there was no connection to be had in time".to_owned());
        assert_eq!(told(store.commit(&fence)).await, none);
        drop(taken);
        assert_eq!(store.commit(&fence).await.unwrap(), Committed::Applied);
    });
}

#[test]
fn what_waited_behind_others_for_too_long_was_not_written() {
    let Some(place) = Place::new() else { return };
    let store = place.store().with_patience(PATIENCE);
    RUNTIME.block_on(async {
        give(&store).await;
        let fence = fence(&store, &account(1)).await;
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.execute(&lock(&place), &[]).await.unwrap();
        // One at a time, as they are of one account, so that the last one would wait for three times as long.
        let sending = [(); 3].map(|()| {
            let (store, fence) = (store.clone(), fence.clone());
            RUNTIME.spawn(async move { store.commit(&fence).await })
        });
        let mut answers = Vec::new();
        for sending in sending {
            answers.push(told(async { sending.await.unwrap() }).await);
        }
        assert!(answers.contains(&(Fate::Unknown, "the server has no answer in time".to_owned())), "{answers:?}");
        let passed_by = (Fate::NotWritten, "the server did not get to it in time".to_owned());
        assert!(answers.contains(&passed_by), "{answers:?}");
        transaction.rollback().await.unwrap();
    });
}

#[test]
fn a_runtime_that_is_shut_down_leaves_nobody_waiting() {
    let Some(place) = Place::new() else { return };
    let theirs = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let store = theirs.block_on(place.schema.open(place.pool())).unwrap();
    let other = place.direct_store();
    RUNTIME.block_on(async {
        give(&store).await;
        let [one, two] = [fence(&store, &account(1)).await, fence(&store, &account(2)).await];
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.execute(&lock(&place), &[]).await.unwrap();
        // The second one of an account waits for the first, and has not been sent.
        let sending = [&one, &one, &two].map(|fence| {
            let (store, fence) = (store.clone(), fence.clone());
            RUNTIME.spawn(async move { store.commit(&fence).await })
        });
        until_it_blocks(&transaction).await;
        theirs.shutdown_background();
        let over = (Fate::Unknown, "the runtime of the store was shut down".to_owned());
        for sending in sending {
            assert_eq!(told(async { sending.await.unwrap() }).await, over);
        }
        assert_eq!(told(store.commit(&one)).await, over, "nor whoever comes later");
        transaction.rollback().await.unwrap();
        for fence in [one, two] {
            let again = other.commit(&fence).await.unwrap();
            let head = studio::fence(&other, &fence.account).await;
            assert_eq!(head.expected, fence.expected + 1, "{again:?}");
        }
    });
}
