//! Histories that are played one after the other, and what a person needs to see one again that fails.

use std::env;
use std::fmt::{Debug, Write as _};

use crate::account::tally::Tally;
use crate::oracle::chance::Chance;

/// A history, made step by step and held against what must hold after each of them.
pub(crate) trait History: Sized {
    /// What happens, complete in itself: it can be left out, and those after it still mean the same.
    type Step: Clone + Debug;

    /// The world of a seed, before anything has happened in it.
    fn of(seed: u64) -> Self;

    /// What happens next; nothing once it is over.
    fn next(&mut self, chance: &mut Chance) -> Option<Self::Step>;

    /// Lets it happen, and says what is wrong then.
    fn step(&mut self, step: &Self::Step) -> Result<(), String>;

    /// What is wrong with it as a whole.
    fn end(&mut self) -> Result<(), String>;

    /// How often what occurred in it.
    fn tally(&self) -> &Tally;
}

/// Plays histories one after the other, so many unless the environment says otherwise. In that many, each of the words
/// occurs as often as it stands beside them.
pub(crate) fn play_all<H: History>(test: &str, usual: u64, often: &[(u64, &[&str])]) {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (first, cases) = (number("LIVED_SEED", 1), number("LIVED_CASES", usual));
    let mut tally = Tally::default();
    for seed in first..first + cases {
        let told = Told(format!(
            "seed {seed} fails, to be seen again by\n  LIVED_SEED={seed} LIVED_CASES=1 cargo test --all-features \
             --test it -- plans_lived::{test}"
        ));
        let (history, steps, end) = play::<H>(seed);
        if let Err(why) = end {
            panic!("{}", report::<H>(seed, steps, &why));
        }
        tally.add(history.tally());
        drop(told);
    }
    println!("{test}: {cases} histories, {:?}", tally.0);
    for (least, words) in often.iter().filter(|_| cases >= usual) {
        assert_eq!(tally.below(*least, words), [""; 0], "these are rare");
    }
}

/// Says how to see a history again, also where the crate itself panics in it.
struct Told(String);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.0);
        }
    }
}

/// The history of a seed with its steps; and why it stopped, if it did.
fn play<H: History>(seed: u64) -> (H, Vec<H::Step>, Result<(), String>) {
    let (mut history, mut chance, mut steps) = (H::of(seed), Chance::new(seed, 41), Vec::new());
    while let Some(step) = history.next(&mut chance) {
        let done = history.step(&step);
        steps.push(step);
        if done.is_err() {
            return (history, steps, done);
        }
    }
    let end = history.end();
    (history, steps, end)
}

/// Why these steps fail, if they do.
fn replay<H: History>(seed: u64, steps: &[H::Step]) -> Result<(), String> {
    let mut history = H::of(seed);
    steps.iter().try_for_each(|step| history.step(step))?;
    history.end()
}

/// Leaves out what is not needed for a failure: first many steps at once, then fewer.
fn shrink<H: History>(seed: u64, mut steps: Vec<H::Step>) -> Vec<H::Step> {
    let mut many = steps.len().div_ceil(2);
    while many > 0 {
        let mut from = 0;
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..steps.len().min(from + many));
            if replay::<H>(seed, &fewer).is_err() {
                steps = fewer;
            } else {
                from += many;
            }
        }
        many /= 2;
    }
    steps
}

fn report<H: History>(seed: u64, steps: Vec<H::Step>, why: &str) -> String {
    let few = shrink::<H>(seed, steps);
    let shorter = replay::<H>(seed, &few).err().unwrap_or_else(|| why.to_owned());
    let mut text = "with these steps alone:\n".to_owned();
    for step in &few {
        writeln!(text, "  {step:?}").unwrap();
    }
    text + &shorter
}
