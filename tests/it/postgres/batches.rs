//! What travels together: when it goes, and how the server plans for it.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use studio_credits::Unit;
use studio_credits::ledger::Ledger;
use studio_credits::store::{Committed, Fate, Freshness, LedgerStore, StoreError};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::place::{Place, RUNTIME, until_it_blocks};
use super::studio::{account, fence, gift, key, ledger, now};

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Committed, StoreError>> + Send + 'a>>;

/// So many are under way that one more is not worth a statement at once, and so few that there are connections left.
const MANY: usize = 5;

#[test]
fn a_batch_that_is_held_up_holds_up_nobody_else() {
    let Some(place) = Place::new() else { return };
    // However they are divided, there is room for one more.
    let store = place.store().with_width(MANY + 1);
    RUNTIME.block_on(async {
        let mut fences = Vec::new();
        for number in 0..=MANY {
            ledger(store.clone()).grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
            fences.push(fence(&store, &account(number)).await);
        }
        let alone = fences.pop().unwrap();
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let lock = format!("SELECT FROM {}.account WHERE account <> $1 FOR UPDATE", place.schema);
        transaction.execute(&lock, &[&alone.account.as_str()]).await.unwrap();
        let mut sending = JoinSet::new();
        for fence in fences {
            let store = store.clone();
            sending.spawn(async move { store.commit(&fence).await });
        }
        until_it_blocks(&transaction).await;
        assert_eq!(store.commit(&alone).await.unwrap(), Committed::Applied);
        assert!(sending.try_join_next().is_none(), "the others are still held up");
        transaction.rollback().await.unwrap();
        for done in sending.join_all().await {
            assert_eq!(done.unwrap(), Committed::Applied);
        }
    });
}

/// The planner would find a plan for each length of a batch, which takes longer than to carry it out.
#[test]
fn batches_of_any_length_have_one_plan() {
    let Some(place) = Place::new() else { return };
    // One after the other, so that one connection does it all.
    let one = place.pool();
    let store = RUNTIME.block_on(place.schema.open(one.clone())).unwrap();
    RUNTIME.block_on(async {
        for number in 0..30 {
            // Without lanes, so that each is loaded as well.
            let ledger = Ledger::new(store.clone(), Unit::new("credits").unwrap());
            for name in ["gift", "more"] {
                ledger.grant(&account(number), &key(name), gift(), now()).await.unwrap();
            }
        }
        let plans = "
            SELECT CASE WHEN statement ~ 'UPDATE [^ ]+account' THEN 'advance' WHEN statement ~ 'INSERT' THEN 'commit'
                ELSE 'load' END, custom_plans, generic_plans
            FROM pg_prepared_statements WHERE statement ~ 'unnest' AND statement !~ 'pg_prepared' ORDER BY 1";
        let plans = one.get().await.unwrap().query(plans, &[]).await.unwrap();
        let plans: Vec<(String, i64, i64)> = plans.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let plans: Vec<_> = plans.iter().map(|(what, custom, generic)| (what.as_str(), *custom, *generic)).collect();
        // Five to find out, and one for good.
        assert_eq!(plans, [("advance", 5, 25), ("commit", 5, 25), ("load", 5, 55)]);
    });
}

/// So two of them do not wait for each other, whoever came first.
#[test]
fn a_batch_locks_accounts_in_the_order_of_their_names() {
    let Some(place) = Place::new() else { return };
    let theirs = Builder::new_current_thread().enable_all().build().unwrap();
    let store = theirs.block_on(place.schema.open(place.pool())).unwrap();
    theirs.block_on(async {
        let mut fences = Vec::new();
        for number in [2, 1] {
            ledger(store.clone()).grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
            fences.push(fence(&store, &account(number)).await);
        }
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let lock = format!("SELECT FROM {}.account WHERE account = $1 FOR UPDATE NOWAIT", place.schema);
        transaction.execute(&lock, &[&"user-1"]).await.unwrap();
        let mut sent: Vec<Sent<'_>> = Vec::new();
        for fence in &fences {
            sent.push(Box::pin(store.commit(fence)));
        }
        // Nothing is carried away before both wait.
        let mut context = Context::from_waker(Waker::noop());
        for sent in &mut sent {
            assert!(sent.as_mut().poll(&mut context).is_pending());
        }
        until_it_blocks(&transaction).await;
        transaction.execute(&lock, &[&"user-2"]).await.expect("a row that nobody has locked");
        transaction.rollback().await.unwrap();
        for sent in sent {
            assert_eq!(sent.await.unwrap(), Committed::Applied);
        }
    });
}

/// How many wait at most.
const WAITING: usize = 16_384;

/// Nothing is carried away, as nobody drives the runtime of the store.
#[test]
fn a_queue_that_is_full_is_told() {
    let Some(place) = Place::new() else { return };
    let theirs = Builder::new_current_thread().enable_all().build().unwrap();
    let store = theirs.block_on(place.schema.open(place.pool())).unwrap();
    theirs.block_on(async {
        ledger(store.clone()).grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
    });
    let fence = theirs.block_on(fence(&store, &account(1)));
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting: Vec<Sent<'_>> = Vec::new();
    for place in 0..WAITING {
        let mut sent: Sent<'_> = Box::pin(store.commit(&fence));
        assert!(sent.as_mut().poll(&mut context).is_pending(), "commit {place} has an answer");
        waiting.push(sent);
    }
    let mut sent: Sent<'_> = Box::pin(store.commit(&fence));
    let Poll::Ready(Err(error)) = sent.as_mut().poll(&mut context) else { panic!("one more waits") };
    assert_eq!((error.fate(), error.to_string()), (Fate::NotWritten, format!("{WAITING} requests wait already")));
    // Loads wait by themselves.
    theirs.block_on(async {
        let head = store.load(&account(1), &[], Freshness::Latest).await.unwrap().head;
        assert!(head.is_some());
        let mut applied = 0;
        for sent in waiting {
            applied += usize::from(sent.await.unwrap() == Committed::Applied);
        }
        assert_eq!(applied, 1);
    });
}
