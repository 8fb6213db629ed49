//! The leader of two servers is gone in the middle of the work: the other takes over, and the ledger goes on by itself.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use studio_credits::store::postgres::PostgresSchema;

use super::cluster::Cluster;
use super::place::{RUNTIME, pool};
use super::studio::{Crowd, Load, ledger};

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
        let crowd = Crowd::start(load, &ledger);
        for _ in 0..times {
            crowd.more(BETWEEN).await;
            let killed = cluster.kill_leader().unwrap();
            cluster.wait_for_another(killed).unwrap();
            crowd.more(BETWEEN).await;
            cluster.bring_back(killed).unwrap();
        }
        let jobs = crowd.stop().await;
        println!("the leader was killed {times} times, and {jobs} jobs were done");
        Load { clients: 1, jobs, ..load }.check(store, &direct).await;
    });
}
