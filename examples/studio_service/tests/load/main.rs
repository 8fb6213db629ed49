//! Many clients at once, over a service that is killed twice under them; and then the books are looked at.
//!
//! | variable | | unless it is set |
//! |---|---|---|
//! | `LOAD_CLIENTS` | how many clients ask at once | 40 |
//! | `LOAD_SECONDS` | for how long | 6 |
//! | `LOAD_SEED` | what decides who asks for what, as a run has printed it | the time of day |
//!
//! The whole of it, as figures are told: `LOAD_CLIENTS=200 LOAD_SECONDS=60 cargo test --release --test load --
//! --nocapture`.

mod audit;
mod client;
mod report;
mod seed;
mod service;

use std::{
    env,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::{Instant, sleep, sleep_until};

use crate::{
    client::{Client, accounts},
    report::Report,
    seed::Seed,
    service::Service,
};

fn variable(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("`{name}` is `{text}`: no whole number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_charged_twice() {
    let clients = variable("LOAD_CLIENTS").unwrap_or(40);
    let time = Duration::from_secs(variable("LOAD_SECONDS").unwrap_or(6));
    let seed = variable("LOAD_SEED").unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    println!("{clients} clients for {} s, LOAD_SEED={seed}", time.as_secs());

    let mut service = Service::new();
    service.start().await;
    let (report, begun) = (Arc::new(Mutex::new(Report::default())), Instant::now());
    let end = begun + time;
    for account in accounts(clients) {
        service.subscribe(&account).await;
    }
    let lives: Vec<_> = (0..clients)
        .map(|number| Client::new(service.address(), number, clients, Seed::of(seed, number), report.clone()))
        .map(|client| tokio::spawn(client.live(end)))
        .collect();
    for third in 1..3 {
        sleep_until(begun + time * third / 3).await;
        service.kill();
        sleep(Duration::from_millis(200)).await;
        service.start().await;
    }
    for life in lives {
        life.await.unwrap();
    }
    let elapsed = begun.elapsed();
    service.until_idle().await;
    // What is in the file now is all that there is.
    service.kill();

    let report = Arc::into_inner(report).unwrap().into_inner().unwrap();
    report.print(elapsed);
    assert_eq!(report.faults, Vec::<String>::new(), "LOAD_SEED={seed}");
    assert!(report.begun.len() > usize::try_from(clients).unwrap() / 4, "too little was done to say anything");
    let faults = audit::faults(&service.file(), &report).await;
    assert!(faults.is_empty(), "LOAD_SEED={seed}\n{}", faults.join("\n"));
}
