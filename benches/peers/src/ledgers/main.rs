//! What a hold and its settlement, and a charge, cost here and in other ledgers, on one PostgreSQL server.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml --no-default-features --features ledgers --bin ledgers`
//!
//! The server is that of `DATABASE_URL`, or one of its own, which is measured once more with a disk that takes a
//! millisecond longer for every sync. With `-- --test` each case runs once, and shortly.

mod contestant;
mod place;
mod race;
#[expect(dead_code, reason = "the example whose file it is uses the rest")]
#[path = "../../../../examples/postgres_studio/server.rs"]
mod server;
mod slow_disk;

use std::{env, fmt, time::Duration};

use contestant::{
    by_hand::ByHand, cala::Cala, doubleentry::DoubleEntry, group_commit::GroupCommit, ours::Ours, sqlx_ledger::Galoy,
};
use place::Place;
use race::{Runner, Score};
use tokio::runtime::Runtime;

/// Which accounts are worked with.
#[derive(Clone, Copy)]
pub enum Scene {
    Many,
    Hot,
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Many => "many accounts",
            Self::Hot => "one hot account",
        })
    }
}

/// What is done to them.
#[derive(Clone, Copy)]
pub enum Deed {
    Pair,
    Charge,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pair => "hold and settle",
            Self::Charge => "charge",
        })
    }
}

struct Scale {
    /// How many accounts there are, here and of others.
    accounts: [usize; 2],
    rounds: usize,
    time: Duration,
}

const FULL: Scale = Scale { accounts: [10_000, 1_000], rounds: 5, time: Duration::from_millis(700) };
const TEST: Scale = Scale { accounts: [50, 20], rounds: 1, time: Duration::from_millis(20) };

const CLIENTS: [usize; 4] = [1, 8, 32, 256];
/// Beyond which the others are let off.
const CLIENTS_OF_OTHERS: usize = 32;

fn main() {
    let (test, slow) = (env::args().any(|arg| arg == "--test"), env::args().any(|arg| arg == slow_disk::SLOW));
    let scale = if test { TEST } else { FULL };
    let place = Place::new();
    Runtime::new().expect("a runtime").block_on(compare(&place, &scale, slow));
    if place.is_own() && !slow {
        drop(place);
        slow_disk::run();
    }
}

async fn compare(place: &Place, scale: &Scale, slow: bool) {
    let disk = if slow { "syncs that take 1 ms more" } else { "the disk as it is" };
    println!("PostgreSQL {}, {disk}: a commit takes {:.2?}", place.version().await, place.commit(slow).await);
    let ([ours, others], most) = (scale.accounts, CLIENTS[CLIENTS.len() - 1]);
    let mut runners = [
        Runner::new(Ours::new(place, ours, most).await).await,
        Runner::new(ByHand::new(place, ours, most).await).await,
        Runner::new(GroupCommit::new(place, ours, most).await).await,
        Runner::new(Cala::new(place, others, CLIENTS_OF_OTHERS).await).await,
        Runner::new(Galoy::new(place, others, CLIENTS_OF_OTHERS).await).await,
        Runner::new(DoubleEntry::on_postgres(place, others, CLIENTS_OF_OTHERS).await).await,
        Runner::new(DoubleEntry::on_sqlite(others, CLIENTS_OF_OTHERS).await).await,
    ];
    for scene in [Scene::Many, Scene::Hot] {
        for deed in [Deed::Pair, Deed::Charge] {
            let mut rows = runners.each_ref().map(|_| Vec::new());
            for clients in CLIENTS {
                let scores = race(&mut runners, scale, scene, deed, clients).await;
                for (row, cell) in rows.iter_mut().zip(cells(scores)) {
                    row.push(cell);
                }
            }
            println!(
                "\n{deed}, {scene}, {disk} | 1 client | 8 clients | 32 clients | 256 clients\n---|---|---|---|---"
            );
            for (runner, row) in runners.iter().zip(&rows) {
                println!("{} | {}", runner.name(), row.join(" | "));
            }
            for runner in &mut runners {
                runner.check().await;
                if let Some(failure) = runner.failure() {
                    println!("\nAn error of {}: {failure}", runner.name());
                }
            }
        }
    }
}

/// Rounds in which everybody takes turns, after a rehearsal.
async fn race(runners: &mut [Runner], scale: &Scale, scene: Scene, deed: Deed, clients: usize) -> Vec<Option<Score>> {
    let mut scores: Vec<_> = runners.iter().map(|runner| runner.takes(clients).then(Score::default)).collect();
    for round in 0..=scale.rounds {
        for (runner, score) in runners.iter_mut().zip(&mut scores) {
            let Some(score) = score else { continue };
            if round == 0 {
                runner.round(scene, deed, clients, scale.time / 3, &mut Score::default()).await;
            } else {
                runner.round(scene, deed, clients, scale.time, score).await;
            }
        }
    }
    scores
}

/// How many a second, the median and the 99th percentile in milliseconds, and how many times as many the first does.
fn cells(mut scores: Vec<Option<Score>>) -> Vec<String> {
    let waits: Vec<_> = scores
        .iter_mut()
        .map(|score| score.as_mut().map_or([0.0; 2], |score| [score.wait(50), score.wait(99)]))
        .collect();
    let first = scores[0].as_ref().expect("a first contestant");
    let cell = |(at, score): (usize, &Option<Score>)| {
        let Some(score) = score else { return String::new() };
        let ratio = if at == 0 { String::new() } else { format!(" {:.1}×", first.ratio(score)) };
        let errors = if score.errors == 0 { String::new() } else { format!(", {} errors", score.errors) };
        let [median, high] = waits[at];
        format!("{:.0} ({} / {}){ratio}{errors}", score.rate(), digits(median), digits(high))
    };
    scores.iter().enumerate().map(cell).collect()
}

/// With three digits.
fn digits(number: f64) -> String {
    let places = [10.0, 100.0].iter().filter(|bound| number < **bound).count();
    format!("{number:.places$}")
}
