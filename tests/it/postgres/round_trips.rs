//! How often the server is asked.

use std::sync::Arc;

use studio_credits::Delivery;
use studio_credits::ledger::Ledger;
use studio_credits::store::{LedgerStore, PostgresStore};
use tokio::task::JoinSet;

use super::place::{Place, RUNTIME};
use super::studio::{ENGINE, account, gift, key, ledger, now, quote};

#[test]
fn a_command_is_one_round_trip_and_two_for_an_account_that_is_not_at_hand() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        // The connection is made, and all statements are prepared: for loads, and for accounts that are there or not.
        for name in ["gift", "more"] {
            ledger(store.clone()).grant(&account(1), &key(name), gift(), now()).await.unwrap();
        }
        let ledger = ledger(store.clone());
        let counted = || place.proxy.round_trips();
        let before = counted();
        let held = ledger.hold(&account(1), &key("job"), &quote(), now()).await.unwrap();
        assert_eq!(counted() - before, 2, "cold");
        let before = counted();
        ledger.settle(&account(1), &key("job/end"), &held, Delivery::outputs(1), &ENGINE, now()).await.unwrap();
        assert_eq!(counted() - before, 1, "warm");
    });
}

#[test]
fn commits_of_many_accounts_travel_together() {
    let Some(place) = Place::new() else { return };
    let store = place.store();
    RUNTIME.block_on(async {
        gave(&store, 0..1).await;
        let before = place.proxy.round_trips();
        gave(&store, 1..200).await;
        let asked = place.proxy.round_trips() - before;
        assert!(asked < 100, "{asked} round trips for 199 loads and as many commits");
    });
}

async fn gave(store: &PostgresStore, numbers: std::ops::Range<usize>) {
    let ledger = Arc::new(ledger(store.clone()));
    let mut clients = JoinSet::new();
    for number in numbers {
        let ledger = ledger.clone();
        clients.spawn(async move {
            ledger.grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
}

#[test]
fn nothing_runs_where_nobody_asks() {
    let Some(place) = Place::new() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let metrics = runtime.metrics();
    let idle = runtime.block_on(async {
        let store = place.schema.open(place.pool()).await.unwrap();
        Ledger::new(store.clone(), "credits".parse().unwrap())
            .grant(&account(1), &key("gift"), gift(), now())
            .await
            .unwrap();
        store.entries(&account(1), 0, 10).await.unwrap();
        // What is left is one task, that of the connection.
        tokio::task::yield_now().await;
        metrics.num_alive_tasks()
    });
    assert_eq!(idle, 1);
}
