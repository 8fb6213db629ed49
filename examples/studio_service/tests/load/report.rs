//! What the clients were told, to be held against the books.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Of each account and key, what the answer to a generation was: the same whenever it came.
    pub(crate) begun: BTreeMap<(String, String), String>,
    /// Of each account and generation, how it was seen to end.
    pub(crate) ended: BTreeMap<(String, String), Value>,
    /// Of each account and key, what the answer to a purchase was.
    pub(crate) bought: BTreeMap<(String, String), String>,
    /// Answers by what was asked and their status; 0 is none.
    pub(crate) answers: BTreeMap<(&'static str, u16), u32>,
    /// How long each answer took.
    pub(crate) times: Vec<Duration>,
    /// Answers that cannot be.
    pub(crate) faults: Vec<String>,
}

impl Report {
    pub(crate) fn answered(&mut self, what: &'static str, status: u16, time: Duration) {
        *self.answers.entry((what, status)).or_default() += 1;
        if status != 0 {
            self.times.push(time);
        }
        if status == 500 {
            self.faults.push(format!("{what} was answered 500"));
        }
    }

    /// The answer to a key, which has to be that of before.
    pub(crate) fn receipt(&mut self, is_purchase: bool, account: &str, key: &str, text: String) {
        let known = if is_purchase { &mut self.bought } else { &mut self.begun };
        let place = (account.to_owned(), key.to_owned());
        if let Some(before) = known.get(&place).filter(|before| **before != text) {
            self.faults.push(format!("{place:?} was answered {before}, and then {text}"));
        }
        known.insert(place, text);
    }

    pub(crate) fn print(&self, elapsed: Duration) {
        for ((what, status), count) in &self.answers {
            let status = if *status == 0 { "none".to_owned() } else { status.to_string() };
            println!("  {what:<10} {status:>4} {count:>8}");
        }
        let mut times = self.times.clone();
        times.sort();
        let at = |thousandth: usize| times.get(times.len() * thousandth / 1_000).copied().unwrap_or_default();
        let each = Duration::from_secs(1).as_micros() * times.len() as u128 / elapsed.as_micros();
        println!(
            "{} answers in {:.1} s, {each} a second: p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
            times.len(),
            elapsed.as_secs_f64(),
            at(500).as_secs_f64() * 1e3,
            at(990).as_secs_f64() * 1e3,
            at(999).as_secs_f64() * 1e3,
        );
        println!(
            "{} generations acknowledged, {} seen to end, {} purchases",
            self.begun.len(),
            self.ended.len(),
            self.bought.len()
        );
    }
}
