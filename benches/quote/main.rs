//! What a price costs, beside what one would write by hand: a `match` on the model, and a hash map of decimals.
//!
//! One table of 60 models by 3 resolutions, an optional surcharge of 12.5 %, counts from 1 to 8. Requests are drawn at
//! random: 1,024 of them, which a branch predictor learns, and 16,384, which it does not; the latter is nearer to a
//! server. All contestants take the same `GenerationRequest`s, and must come to the right sum before they are timed.
//!
//! - `cargo bench --bench quote`: the figures of criterion, then the ratios, which are what travels between machines.
//! - `cargo bench --bench quote -- --figures`: the ratios alone; rounds take turns, so that noise hits all alike.
//! - `cargo bench --bench quote -- --test`: the sums and the allocations alone.

mod by_hand;
mod table;

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    env,
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use rust_decimal::Decimal;
use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, ResolvedRequest},
};

use by_hand::{ByHand, by_match};

const SIZES: [usize; 2] = [1_024, 16_384];

fn main() {
    let asked = |flag: &str| env::args().any(|arg| arg == flag);
    let engine = CostEngine::new(&table::book()).expect("the book is sound");
    for size in SIZES {
        let requests: Vec<_> = table::asked(size).map(|asked| asked.request().expect("a request")).collect();
        let race = Race::new(&engine, &requests);
        race.check(table::asked(size).map(|asked| asked.total()).sum());
        if !asked("--figures") {
            race.measure();
        }
        if !asked("--test") {
            race.compare();
        }
    }
}

/// All contestants before the same requests.
struct Race<'a> {
    engine: &'a CostEngine,
    requests: &'a [GenerationRequest],
    resolved: Vec<ResolvedRequest<'a>>,
    by_hand: ByHand<RandomState>,
    at: DateTime<Utc>,
}

/// Takes the contestants in turn; each prices the request at a place.
trait Referee {
    fn judge<A: Into<Decimal>>(&mut self, name: &'static str, price: impl Fn(usize) -> Option<A>);
}

impl<'a> Race<'a> {
    fn new(engine: &'a CostEngine, requests: &'a [GenerationRequest]) -> Self {
        let at = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let resolved = requests.iter().map(|request| engine.resolve(request, at).expect("it is sold")).collect();
        Self { engine, requests, resolved, by_hand: ByHand::new(), at }
    }

    fn judged_by(&self, referee: &mut impl Referee) {
        let Self { engine, requests, resolved, by_hand, at: now } = self;
        referee.judge(MATCH, |at| by_match(&by_hand.known, &requests[at]));
        referee.judge("hash map with decimals", |at| by_hand.price(&requests[at]));
        referee.judge(PRICE, |at| engine.price(&requests[at], *now).ok());
        referee.judge(RESOLVED, |at| resolved[at].price().ok());
        referee.judge(QUOTE, |at| engine.quote(&requests[at], *now).ok().map(|quote| black_box(&quote).total()));
    }

    /// All contestants come to this sum, and all but quotes do without allocating.
    fn check(&self, sum: Decimal) {
        let mut check = Check { size: self.requests.len(), sum };
        self.judged_by(&mut check);
    }

    /// What criterion says of each contestant.
    fn measure(&self) {
        let mut criterion = Criterion::default()
            .sample_size(10)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .configure_from_args();
        let size = self.requests.len();
        let mut group = criterion.benchmark_group(format!("{size} requests"));
        group.throughput(Throughput::Elements(size as u64));
        self.judged_by(&mut Measure { size, group });
    }

    /// How the contestants compare, from rounds in which they take turns.
    fn compare(&self) {
        const ROUNDS: usize = 100;
        let size = self.requests.len();
        let mut watch = Watch { size, passes: SIZES[1] / size, times: BTreeMap::new() };
        (0..ROUNDS).for_each(|_| self.judged_by(&mut watch));
        println!("{size} requests, lower quartiles of {ROUNDS} rounds:");
        for name in watch.times.keys() {
            println!("  {name:<30}{:>7.1} ns", watch.quartile(name) * 1e9);
        }
        for (name, base) in [(PRICE, MATCH), (RESOLVED, MATCH), (QUOTE, PRICE)] {
            println!("  {:<30}{:>7.2}", format!("{name} / {base}"), watch.quartile(name) / watch.quartile(base));
        }
    }
}

const MATCH: &str = "match";
const PRICE: &str = "price";
const RESOLVED: &str = "price of a resolved request";
const QUOTE: &str = "quote";

struct Check {
    size: usize,
    sum: Decimal,
}

impl Referee for Check {
    fn judge<A: Into<Decimal>>(&mut self, name: &'static str, price: impl Fn(usize) -> Option<A>) {
        let mut sum = Decimal::ZERO;
        let heap = allocation_counter::measure(|| {
            sum = (0..self.size).map(|at| price(at).expect("a price").into()).sum();
        });
        let made = heap.count_total;
        assert_eq!(sum, self.sum, "the sum of {name}");
        if name == QUOTE {
            println!("{} quotes make {made} allocations", self.size);
        } else {
            assert_eq!(made, 0, "allocations of {name}");
        }
    }
}

struct Measure<'a> {
    size: usize,
    group: BenchmarkGroup<'a, WallTime>,
}

impl Referee for Measure<'_> {
    fn judge<A: Into<Decimal>>(&mut self, name: &'static str, price: impl Fn(usize) -> Option<A>) {
        self.group.bench_function(name, |bencher| bencher.iter(|| all(self.size, &price)));
    }
}

struct Watch {
    size: usize,
    /// How often all requests are priced in a round.
    passes: usize,
    /// How long one price took in each round, in seconds.
    times: BTreeMap<&'static str, Vec<f64>>,
}

impl Watch {
    /// The lower quartile, as whatever else runs on the machine only ever slows a round down.
    fn quartile(&self, name: &str) -> f64 {
        let mut times = self.times[name].clone();
        times.sort_by(f64::total_cmp);
        times[times.len() / 4]
    }
}

impl Referee for Watch {
    fn judge<A: Into<Decimal>>(&mut self, name: &'static str, price: impl Fn(usize) -> Option<A>) {
        let start = Instant::now();
        (0..self.passes).for_each(|_| all(self.size, &price));
        let prices = u32::try_from(self.passes * self.size).expect("not that many");
        self.times.entry(name).or_default().push(start.elapsed().as_secs_f64() / f64::from(prices));
    }
}

fn all<A>(size: usize, price: impl Fn(usize) -> Option<A>) {
    for at in 0..size {
        black_box(price(at));
    }
}
