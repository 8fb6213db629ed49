//! A shorter history that fails too, and how to see it again.

use std::fmt::Write as _;

use super::make::Maker;
use super::play::{Play, Step};

/// Which plans are on sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Under {
    Nothing,
    Plans,
}

/// The history of a seed, played; and why it stopped, if it did.
pub(crate) fn history(seed: u64, length: u64, under: Under) -> (Play, Vec<Step>, Result<(), String>) {
    let (mut play, mut maker, mut steps) = (Play::new(under), Maker::new(seed, length, under), Vec::new());
    for _ in 0..length {
        let step = maker.step(&play.model);
        steps.push(step);
        if let Err(why) = play.step(&steps[steps.len() - 1]) {
            return (play, steps, Err(why));
        }
    }
    let end = play.end();
    (play, steps, end)
}

/// The same steps once more.
pub(crate) fn replay(steps: &[Step], under: Under) -> Result<Play, String> {
    let mut play = Play::new(under);
    for step in steps {
        play.step(step)?;
    }
    play.end()?;
    Ok(play)
}

/// Leaves out what is not needed for a failure: first many steps at once, then fewer.
pub(crate) fn shrink(mut steps: Vec<Step>, under: Under) -> Vec<Step> {
    let mut many = steps.len().div_ceil(2);
    while many > 0 {
        let mut from = 0;
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..steps.len().min(from + many));
            if replay(&fewer, under).is_err() {
                steps = fewer;
            } else {
                from += many;
            }
        }
        many /= 2;
    }
    steps
}

/// What a person needs to see a failure again: its seed, the command, and the few steps that lead to it.
pub(crate) fn report((seed, length, under): (u64, u64, Under), steps: Vec<Step>, why: &str) -> String {
    let few = shrink(steps, under);
    let test = match under {
        Under::Nothing => "the_account_and_its_model",
        Under::Plans => "an_account_under_plans_and_its_model",
    };
    let shorter = replay(&few, under).err().unwrap_or_else(|| why.to_owned());
    let mut text = format!(
        "seed {seed} fails, to be seen again by\n  ACCOUNT_SEED={seed} ACCOUNT_CASES=1 ACCOUNT_STEPS={length} \
         cargo test --test it -- account::properties::{test}\nand with these steps alone:\n"
    );
    for Step { key, command, now, look } in &few {
        let command = serde_json::to_string(command).unwrap();
        writeln!(text, "  {now:?} {key} {command}").unwrap();
        if let Some((at, spend)) = look {
            writeln!(text, "    after a look at {at:?}, with {}", serde_json::to_string(spend).unwrap()).unwrap();
        }
    }
    text + &shorter
}
