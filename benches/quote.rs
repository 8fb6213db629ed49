//! What a price costs, beside what one would write by hand: a `match` on the model, and a hash map of decimals.
//!
//! One table of 60 models by 3 resolutions, an optional surcharge of 12.5 %, counts from 1 to 8. Requests are drawn at
//! random: 1,024 of them, which a branch predictor learns, and 16,384, which it does not; the latter is nearer to a
//! server. All contestants take the same `GenerationRequest`s, and must agree on the sum before they are timed.
//!
//! - `cargo bench --bench quote`: the figures of criterion, then the ratios, which are what travels between machines.
//! - `cargo bench --bench quote -- --figures`: the ratios alone; rounds take turns, so that noise hits all alike.
//! - `cargo bench --bench quote -- --test`: the sums and the allocations alone.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use rust_decimal::Decimal;
use studio_credits::{
    GenerationRequest, Value,
    pricing::{CostEngine, Price, PriceBook, PricingRule, ResolvedRequest, Setting},
};

/// The models, and what an output costs in 1k, 2k and 4k, in tenths of a credit.
macro_rules! models {
    ($($model:literal: $k1:literal $k2:literal $k4:literal,)*) => {
        const MODELS: [(&str, [u32; 3]); 60] = [$(($model, [$k1, $k2, $k4])),*];

        fn match_model(model: &str) -> Option<&'static [Decimal; 3]> {
            Some(match model {
                $($model => const { &[tenths($k1), tenths($k2), tenths($k4)] },)*
                _ => return None,
            })
        }
    };
}

#[rustfmt::skip]
models! {
    "imagineart-1.5": 240 360 480,
    "imagineart-1.5-pro": 80 120 160,
    "imagineart-2.0": 250 375 500,
    "nano-banana": 600 900 1200,
    "nano-banana-2": 490 735 980,
    "nano-banana-pro": 50 75 100,
    "chatgpt-image-2": 365 547 730,
    "chatgpt-image-1.5": 50 75 100,
    "seedream-v4": 240 360 480,
    "seedream-v4.5": 490 735 980,
    "seedream-v5-lite": 40 60 80,
    "recraft-v4": 365 547 730,
    "recraft-v4-pro": 120 180 240,
    "recraft-v4.1": 40 60 80,
    "ideogram-v3": 50 75 100,
    "ideogram-v4": 250 375 500,
    "krea-flux-1": 250 375 500,
    "midjourney-v7": 50 75 100,
    "xai-grok-imagine": 120 180 240,
    "flux-2-max": 50 75 100,
    "flux-2-pro": 365 547 730,
    "flux-1.1-ultra": 250 375 500,
    "flux-1-dev": 40 60 80,
    "z-image-turbo": 490 735 980,
    "imagen-4-ultra": 50 75 100,
    "dreamina-3.1": 120 180 240,
    "qwen-image": 600 900 1200,
    "minimax-image-01": 600 900 1200,
    "happy-horse": 490 735 980,
    "kling-3.0-4k": 40 60 80,
    "kling-3.0-pro": 490 735 980,
    "kling-o3-standard": 490 735 980,
    "kling-o1-standard": 250 375 500,
    "kling-2.6-pro": 40 60 80,
    "kling-2.5-turbo-pro": 120 180 240,
    "kling-2.1-master": 40 60 80,
    "seedance-2": 365 547 730,
    "seedance-2-fast": 80 120 160,
    "seedance-1.5-pro": 150 225 300,
    "seedance-pro-fast": 250 375 500,
    "runway-gen-4.5": 80 120 160,
    "runway-gen-4-turbo": 365 547 730,
    "pika-2.2": 50 75 100,
    "luma-ray-2": 490 735 980,
    "hailuo-02-standard": 150 225 300,
    "hailuo-02-pro": 365 547 730,
    "hailuo-2.3-standard": 600 900 1200,
    "hailuo-2.3-fast-pro": 80 120 160,
    "wan-2.2-a14b": 50 75 100,
    "wan-2.5-preview": 490 735 980,
    "wan-2.6-fun": 490 735 980,
    "pixverse-v5": 600 900 1200,
    "pixverse-v5.5": 120 180 240,
    "lucy-edit-pro": 240 360 480,
    "sora-2-pro": 50 75 100,
    "google-veo-3.1-lite": 365 547 730,
    "google-veo-3.1-fast": 705 1057 1410,
    "google-veo-3.1": 50 75 100,
    "ltx-2.3-distilled": 490 735 980,
    "stable-diffusion-3.5-large": 40 60 80,
}

const fn tenths(tenths: u32) -> Decimal {
    Decimal::from_parts(tenths, 0, 0, false, 1)
}

const RESOLUTIONS: [&str; 3] = ["1k", "2k", "4k"];
const SIZES: [usize; 2] = [1_024, 16_384];

fn main() {
    let asked = |flag: &str| env::args().any(|arg| arg == flag);
    let engine = CostEngine::new(&book()).expect("the book is sound");
    for size in SIZES {
        let requests = requests(size);
        let race = Race::new(&engine, &requests);
        race.check();
        if !asked("--figures") {
            race.measure();
        }
        if !asked("--test") {
            race.compare();
        }
    }
}

fn book() -> PriceBook {
    let book = PriceBook::new("bench", "2026-11", "credits")
        .with_setting("resolution", Setting::choice(RESOLUTIONS).with_default("1k"))
        .with_setting("priority", Setting::flag().with_default(false));
    MODELS.iter().fold(book, |book, (model, prices)| {
        let cells = RESOLUTIONS.into_iter().zip(prices.map(tenths));
        let rule = PricingRule::new("image", model).per("output", Price::by("resolution", cells));
        book.with_rule(rule.times("priority", "priority", "1.125"))
    })
}

/// Requests drawn at random, and always the same; each setting is left out now and then.
fn requests(size: usize) -> Vec<GenerationRequest> {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below).expect("a small number")
    };
    let mut request = || {
        let (model, _) = MODELS[draw(60)];
        let mut request = GenerationRequest::new("image", model)?.with_count(draw(8) as u64 + 1)?;
        if let Some(resolution) = RESOLUTIONS.get(draw(4)) {
            request = request.with_setting("resolution", *resolution)?;
        }
        match draw(4) {
            0 => request.with_setting("priority", true),
            1 => request.with_setting("priority", false),
            _ => Ok(request),
        }
    };
    (0..size).map(|_| request().expect("a request")).collect()
}

/// What is written by hand: the settings by the getters of a request, amounts as checked decimals.
struct ByHand {
    prices: HashMap<&'static str, [Decimal; 3]>,
    resolutions: [Value; 3],
    yes: Value,
}

impl ByHand {
    fn new() -> Self {
        let prices = MODELS.iter().map(|(model, prices)| (*model, prices.map(tenths))).collect();
        Self { prices, resolutions: RESOLUTIONS.map(Value::from), yes: Value::from(true) }
    }

    fn by_match(&self, request: &GenerationRequest) -> Option<Decimal> {
        self.price(match_model(request.model().as_str())?, request)
    }

    fn by_hash_map(&self, request: &GenerationRequest) -> Option<Decimal> {
        self.price(self.prices.get(request.model().as_str())?, request)
    }

    fn price(&self, prices: &[Decimal; 3], request: &GenerationRequest) -> Option<Decimal> {
        let rate = match request.setting("resolution") {
            None => prices[0],
            Some(given) => prices[self.resolutions.iter().position(|known| known == given)?],
        };
        let total = rate.checked_mul(request.count().into())?;
        if request.setting("priority") == Some(&self.yes) {
            total.checked_mul(Decimal::from_parts(1_125, 0, 0, false, 3))
        } else {
            Some(total)
        }
    }
}

/// All contestants before the same requests.
struct Race<'a> {
    engine: &'a CostEngine,
    requests: &'a [GenerationRequest],
    resolved: Vec<ResolvedRequest<'a>>,
    by_hand: ByHand,
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
        referee.judge(MATCH, |at| by_hand.by_match(&requests[at]));
        referee.judge("hash map with decimals", |at| by_hand.by_hash_map(&requests[at]));
        referee.judge(PRICE, |at| engine.price(&requests[at], *now).ok());
        referee.judge(RESOLVED, |at| resolved[at].price().ok());
        referee.judge(QUOTE, |at| engine.quote(&requests[at], *now).ok().map(|quote| black_box(&quote).total()));
    }

    /// The contestants agree on the sum, and all but quotes do without allocating.
    fn check(&self) {
        let mut check = Check { size: self.requests.len(), sum: None };
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
    sum: Option<Decimal>,
}

impl Referee for Check {
    fn judge<A: Into<Decimal>>(&mut self, name: &'static str, price: impl Fn(usize) -> Option<A>) {
        let mut sum = Decimal::ZERO;
        let heap = allocation_counter::measure(|| {
            sum = (0..self.size).map(|at| price(at).expect("a price").into()).sum();
        });
        let made = heap.count_total;
        assert_eq!(*self.sum.get_or_insert(sum), sum, "the sum of {name}");
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
