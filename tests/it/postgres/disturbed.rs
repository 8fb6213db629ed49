//! Connections that are cut, a server that is killed, futures that are dropped, in the middle of the work.

use std::env;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use studio_credits::Delivery;
use studio_credits::store::postgres::PostgresSchema;

use super::place::{Place, RUNTIME, own_server, pool};
use super::studio::{ENGINE, Load, account, gift, insistently, key, ledger, now, quote};
use crate::oracle::chance::Chance;

/// How many faults there are, unless `FAULTS` says otherwise.
pub(crate) fn faults(unsaid: u64) -> u64 {
    env::var("FAULTS").map_or(unsaid, |text| text.parse().expect("FAULTS"))
}

#[test]
fn connections_cut_at_any_byte_lose_nothing_and_double_nothing() {
    let Some(place) = Place::new() else { return };
    let faults = faults(12);
    let load = Load { clients: 8, accounts: 5, jobs: usize::try_from(faults).unwrap().max(40) };
    let (store, chance) = (place.store(), &mut Chance::new(faults, 7));
    RUNTIME.block_on(async {
        let ledger = Arc::new(ledger(store.clone()));
        let (loaded, whose) = (load, ledger.clone());
        let work = RUNTIME.spawn(async move { loaded.run(&whose).await });
        while !work.is_finished() && place.proxy.cuts() < faults {
            // Most of an exchange are the rows of a commit, and its end is what matters most.
            let most = if chance.percent(30) { 200 } else { 40_000 };
            place.proxy.cut_after_bytes(u32::try_from(chance.below(most)).unwrap());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        work.await.unwrap();
        place.proxy.disarm();
        println!("{} connections were cut", place.proxy.cuts());
        assert!(place.proxy.cuts() >= faults.min(12), "there were too few cuts");
        load.check(store.clone(), &place.direct).await;
        ledger.grant(&account(0), &key("afterwards"), gift(), now()).await.unwrap();
    });
}

#[test]
fn a_server_killed_in_the_middle_loses_nothing_that_it_answered_for() {
    let Some(server) = own_server("") else { return };
    let kills = faults(3);
    let direct = pool(server.url().parse().unwrap());
    let schema = PostgresSchema::default();
    let load = Load { clients: 8, accounts: 5, jobs: usize::try_from(kills).unwrap().max(5) * 4 };
    RUNTIME.block_on(async {
        schema.migrate(&direct).await.unwrap();
        let store = schema.open(pool(server.url().parse().unwrap())).await.unwrap();
        let ledger = Arc::new(ledger(store.clone()));
        let (loaded, whose) = (load, ledger.clone());
        let work = RUNTIME.spawn(async move { loaded.run(&whose).await });
        let mut killed = 0;
        while killed < kills && !work.is_finished() {
            tokio::time::sleep(Duration::from_millis(60 + killed * 37 % 100)).await;
            server.kill().unwrap();
            server.start_again().unwrap();
            killed += 1;
        }
        work.await.unwrap();
        println!("the server was killed {killed} times");
        assert!(killed > 0);
        load.check(store.clone(), &direct).await;
        ledger.grant(&account(0), &key("afterwards"), gift(), now()).await.unwrap();
    });
}

#[test]
fn futures_dropped_at_any_await_leave_done_or_not_done() {
    let Some(place) = Place::new() else { return };
    let (store, faults) = (place.store(), faults(24));
    RUNTIME.block_on(async {
        let ledger = Arc::new(ledger(store.clone()));
        ledger.grant(&account(0), &key("gift"), gift(), now()).await.unwrap();
        let load = Load { clients: 1, accounts: 1, jobs: usize::try_from(faults).unwrap() };
        for job in 0..load.jobs {
            let (name, quote) = (format!("job-0-{job}"), quote());
            let (polls, whose) = (job % 6, account(0));
            let (begin, end) = (key(&name), key(&format!("{name}/end")));
            dropped(polls, ledger.hold(&whose, &begin, &quote, now())).await;
            let held = insistently(|| ledger.hold(&whose, &begin, &quote, now())).await;
            dropped(polls, ledger.settle(&whose, &end, &held, Delivery::outputs(1), &ENGINE, now())).await;
            insistently(|| ledger.settle(&whose, &end, &held, Delivery::outputs(1), &ENGINE, now())).await;
        }
        load.check(store.clone(), &place.direct).await;
    });
}

/// Polls a future so many times at most, and drops it.
async fn dropped<F: Future>(polls: usize, future: F) {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        left -= 1;
        Poll::Pending
    })
    .await;
}

#[test]
fn two_processes_do_everything_once() {
    two_processes("read committed");
}

#[test]
fn two_processes_do_everything_once_under_serializable() {
    two_processes("serializable");
}

fn two_processes(isolation: &str) {
    let Some(place) = Place::new() else { return };
    let mut config = place.proxy.config();
    config.options(format!("-c default_transaction_isolation={}", isolation.replace(' ', "\\ ")));
    RUNTIME.block_on(async {
        let mut works = Vec::new();
        for process in 0..2 {
            let store = place.schema.open(pool(config.clone())).await.unwrap();
            let ledger = Arc::new(ledger(store));
            works.push(RUNTIME.spawn(async move {
                let (opening, quote) = (key("gift"), quote());
                for job in 0..20 {
                    let name = format!("job-{process}-{job}");
                    let (whose, begin, end) = (account(job % 3), key(&name), key(&format!("{name}/end")));
                    insistently(|| ledger.grant(&whose, &opening, gift(), now())).await;
                    let held = insistently(|| ledger.hold(&whose, &begin, &quote, now())).await;
                    insistently(|| ledger.settle(&whose, &end, &held, Delivery::outputs(1), &ENGINE, now())).await;
                }
            }));
        }
        for work in works {
            work.await.unwrap();
        }
        let load = Load { clients: 2, accounts: 3, jobs: 20 };
        load.check(place.direct_store_async().await, &place.direct).await;
    });
}
