//! The leader of two servers is gone in the middle of the work: the other takes over, and the ledger goes on by itself.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use studio_credits::store::postgres::PostgresSchema;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::cluster::Cluster;
use super::place::{RUNTIME, pool};
use super::studio::{Load, ledger};

const CLIENTS: usize = 8;
/// How many jobs are done between two kills, before and after.
const BETWEEN: usize = 100;

#[test]
fn a_leader_killed_under_load_loses_nothing_that_it_answered_for() {
    let Ok(times) = env::var("FAILOVERS") else {
        println!("skipped: `FAILOVERS` says how often, and it needs `patroni` and `etcd`");
        return;
    };
    let times: usize = times.parse().expect("FAILOVERS");
    let mut cluster = Cluster::start().unwrap();
    let [mine, direct] = [(); 2].map(|()| pool(cluster.url().parse().unwrap()));
    let (schema, load) = (PostgresSchema::default(), Load { clients: CLIENTS, accounts: 5, jobs: 0 });
    RUNTIME.block_on(async {
        schema.migrate(&direct).await.unwrap();
        let store = schema.open(mine).await.unwrap().with_patience(Duration::from_secs(5));
        let ledger = Arc::new(ledger(store.clone()));
        load.run(&ledger).await;
        let (is_over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (ledger, is_over, done) = (ledger.clone(), is_over.clone(), done.clone());
            clients.spawn(async move {
                let mut job = 0;
                while !is_over.load(Ordering::Relaxed) {
                    load.one(&ledger, client, job).await;
                    done.fetch_add(1, Ordering::Relaxed);
                    job += 1;
                }
            });
        }
        for _ in 0..times {
            more(&done).await;
            let killed = cluster.kill_leader().unwrap();
            cluster.wait_for_another(killed).unwrap();
            more(&done).await;
            cluster.bring_back(killed).unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        let jobs = done.load(Ordering::Relaxed);
        println!("the leader was killed {times} times, and {jobs} jobs were done");
        Load { clients: 1, jobs, ..load }.check(store, &direct).await;
    });
}

/// Waits until more jobs are done.
async fn more(done: &AtomicUsize) {
    let before = done.load(Ordering::Relaxed);
    for _ in 0..1_200 {
        if done.load(Ordering::Relaxed) >= before + BETWEEN {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("no more than {} jobs in a minute", done.load(Ordering::Relaxed) - before);
}
