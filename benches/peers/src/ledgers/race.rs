//! Clients that do one deed after the other, for a time, and what came of it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    Deed, Scene,
    contestant::{Contestant, Failed, ONE, Sums},
};

/// A contestant that can count, and what it did so far.
pub struct Runner {
    contestant: Arc<dyn Contestant>,
    start: Sums,
    spent: i64,
    held: i64,
    rounds: usize,
    /// The first failure since the last look.
    failure: Option<String>,
}

/// What came of the rounds with so many clients.
#[derive(Default)]
pub struct Score {
    /// How many deeds a second were done in each round.
    pub rates: Vec<f64>,
    /// How long each deed took.
    waits: Vec<Duration>,
    pub errors: usize,
}

/// What one client did.
#[derive(Default)]
struct Done {
    waits: Vec<Duration>,
    failures: Vec<Failed>,
}

impl Runner {
    /// Puts a contestant to the proof.
    pub async fn new(contestant: impl Contestant + 'static) -> Self {
        let contestant: Arc<dyn Contestant> = Arc::new(contestant);
        let start = contestant.sums().await;
        let mut runner = Self { contestant, start, spent: 0, held: 0, rounds: 0, failure: None };
        for scene in [Scene::Many, Scene::Hot] {
            for deed in [Deed::Pair, Deed::Charge] {
                runner.round(scene, deed, 8, Duration::from_millis(50), &mut Score::default()).await;
            }
        }
        if runner.contestant.refuses() {
            let much = runner.start.least + 1;
            let hold = runner.contestant.pair(0, 0, much).await;
            assert!(matches!(hold, Err(Failed { held: false, .. })), "{} lends credits", runner.name());
            assert!(runner.contestant.charge(0, 0, much).await.is_err(), "{} lends credits", runner.name());
        }
        runner.check().await;
        runner.failure = None;
        runner
    }

    pub fn name(&self) -> &'static str {
        self.contestant.name()
    }

    pub fn takes(&self, clients: usize) -> bool {
        clients <= self.contestant.clients_max()
    }

    /// What went wrong since the last look, if anything did.
    pub fn failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    /// Whether all accounts together have what they should have.
    pub async fn check(&self) {
        let sums = self.contestant.sums().await;
        let available = self.start.available - self.spent - self.held;
        assert_eq!((sums.available, sums.held), (available, self.held), "{} loses count", self.name());
        assert!(sums.least >= 0 && sums.held >= 0, "{} lets an account fall below zero: {sums:?}", self.name());
    }

    pub async fn round(&mut self, scene: Scene, deed: Deed, clients: usize, time: Duration, score: &mut Score) {
        self.rounds += 1;
        let start = Arc::new(Barrier::new(clients + 1));
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            let contestant = self.contestant.clone();
            let accounts = Accounts::new(scene, contestant.accounts(), self.rounds * clients + client);
            let start = start.clone();
            tasks.spawn(async move {
                start.wait().await;
                work(&*contestant, client, deed, accounts, time).await
            });
        }
        start.wait().await;
        let start = Instant::now();
        let done = tasks.join_all().await;
        let took = start.elapsed();

        let succeeded: usize = done.iter().map(|done| done.waits.len()).sum();
        self.spent += ONE * i64::try_from(succeeded).expect("so many");
        score.rates.push(f64::from(u32::try_from(succeeded).expect("so many")) / took.as_secs_f64());
        for Done { waits, failures } in done {
            score.waits.extend(waits);
            score.errors += failures.len();
            for failed in failures {
                self.held += if failed.held { ONE } else { 0 };
                self.failure.get_or_insert(failed.why);
            }
        }
    }
}

impl Score {
    /// The median of the rounds.
    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// How many times as many as somebody else in the same rounds.
    pub fn ratio(&self, other: &Self) -> f64 {
        let ratios: Vec<_> = self.rates.iter().zip(&other.rates).map(|(ours, theirs)| ours / theirs).collect();
        median(&ratios)
    }

    /// How many milliseconds at most it took so many of a hundred callers.
    pub fn wait(&mut self, percent: usize) -> f64 {
        self.waits.sort_unstable();
        let at = (self.waits.len() * percent / 100).min(self.waits.len().saturating_sub(1));
        self.waits.get(at).map_or(f64::NAN, |wait| wait.as_secs_f64() * 1_000.0)
    }
}

async fn work(contestant: &dyn Contestant, client: usize, deed: Deed, accounts: Accounts, time: Duration) -> Done {
    let mut done = Done::default();
    let start = Instant::now();
    let mut before = start;
    for account in accounts {
        let result = match deed {
            Deed::Pair => contestant.pair(client, account, ONE).await,
            Deed::Charge => contestant.charge(client, account, ONE).await,
        };
        let now = Instant::now();
        match result {
            Ok(()) => done.waits.push(now.duration_since(before)),
            Err(failed) => done.failures.push(failed),
        }
        if now.duration_since(start) >= time {
            break;
        }
        before = now;
    }
    done
}

/// Which account is next: always the first, or any.
struct Accounts {
    count: usize,
    state: usize,
}

impl Accounts {
    fn new(scene: Scene, count: usize, seed: usize) -> Self {
        let count = match scene {
            Scene::Many => count,
            Scene::Hot => 1,
        };
        Self { count, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) }
    }
}

impl Iterator for Accounts {
    type Item = usize;

    /// By a linear congruential generator, whose upper bits are the better ones.
    fn next(&mut self) -> Option<usize> {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((self.state >> 32) % self.count)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
