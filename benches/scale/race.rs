//! Contestants that take turns, so that whatever else runs on the machine hits all alike.
//!
//! Time is that of the processor and not of the clock: what others take of a shared core is not counted, though what
//! they leave behind in its caches is.

use std::hint::black_box;

use cpu_time::ThreadTime;

/// What is measured, in the order in which it was entered.
pub(crate) struct Race<'a> {
    rounds: usize,
    lanes: Vec<Lane<'a>>,
}

struct Lane<'a> {
    name: String,
    /// How many prices, or other things, one turn makes.
    things: usize,
    turn: Box<dyn FnMut() + 'a>,
    /// The nanoseconds of each, one for each round.
    times: Vec<f64>,
}

impl<'a> Race<'a> {
    pub(crate) fn of_rounds(rounds: usize) -> Self {
        Self { rounds, lanes: Vec::new() }
    }

    /// Enters something that prices every one of `size` requests, `passes` times in each turn.
    pub(crate) fn enter<A>(
        &mut self,
        name: impl Into<String>,
        size: usize,
        passes: usize,
        mut price: impl FnMut(usize) -> A + 'a,
    ) {
        let turn = move || {
            for _ in 0..passes {
                for at in 0..size {
                    black_box(price(at));
                }
            }
        };
        self.enter_whole(name, size * passes, turn);
    }

    /// Enters something that does so many things at once.
    pub(crate) fn enter_whole(&mut self, name: impl Into<String>, things: usize, turn: impl FnMut() + 'a) {
        self.lanes.push(Lane { name: name.into(), things, turn: Box::new(turn), times: Vec::new() });
    }

    /// Runs all rounds; the first is a rehearsal that does not count.
    pub(crate) fn run(mut self) -> Self {
        for round in 0..=self.rounds {
            for lane in &mut self.lanes {
                let start = ThreadTime::now();
                (lane.turn)();
                let nanos = start.elapsed().as_secs_f64() * 1e9;
                if round > 0 {
                    lane.times.push(nanos / f64::from(u32::try_from(lane.things).expect("not that many")));
                }
            }
        }
        self
    }

    /// The median of the nanoseconds that one thing took.
    pub(crate) fn nanos(&self, name: &str) -> f64 {
        median(self.lane(name).times.clone())
    }

    /// The median of the ratios of each round.
    pub(crate) fn ratio(&self, name: &str, base: &str) -> f64 {
        let times = self.lane(name).times.iter().zip(&self.lane(base).times);
        median(times.map(|(time, base)| time / base).collect())
    }

    pub(crate) fn show(&self) {
        for lane in &self.lanes {
            println!("  {:<44}{:>9.1} ns", lane.name, self.nanos(&lane.name));
        }
    }

    pub(crate) fn show_ratio(&self, name: &str, base: &str) {
        println!("  {:<68}{:>7.2}", format!("{name} / {base}"), self.ratio(name, base));
    }

    fn lane(&self, name: &str) -> &Lane<'a> {
        self.lanes.iter().find(|lane| lane.name == name).expect("a lane of this name")
    }
}

pub(crate) fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}
