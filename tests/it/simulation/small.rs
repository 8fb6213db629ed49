//! Two clients and a few commands, in every order of their calls, with every fault at every call: nothing is left to
//! chance.

mod path;
mod scripts;
mod stage;

use self::path::Path;
use self::scripts::{Script, scripts};
use self::stage::Stage;
use super::shelves::Mistake;

/// How many orders of calls were tried, of how many calls in all.
#[derive(Default)]
pub(super) struct Extent {
    runs: u64,
    calls: u64,
}

/// Tries all there is, of scripts with at most so many faults at once; says what is broken, and in which script.
pub(super) fn search(mistake: Option<Mistake>, faults: usize, tells: bool) -> (Extent, Option<String>) {
    let mut extent = Extent::default();
    for script in scripts().iter().filter(|script| script.faults <= faults) {
        let before = (extent.runs, extent.calls);
        let broken = search_one(script, mistake, &mut extent);
        if let Some(broken) = broken {
            return (extent, Some(format!("{}: {broken}", script.name)));
        }
        if tells {
            let (runs, calls) = (extent.runs - before.0, extent.calls - before.1);
            println!("{:>9} runs, {calls:>10} calls: {}", runs, script.name);
        }
    }
    (extent, None)
}

fn search_one(script: &Script, mistake: Option<Mistake>, extent: &mut Extent) -> Option<String> {
    let mut path = Path::default();
    loop {
        let mut stage = Stage::new(script, mistake);
        let played = stage.play(&mut path);
        extent.runs += 1;
        extent.calls += stage.calls;
        if let Err(what) = played {
            let told = stage.told.concat();
            return Some(format!("{what}\n{told}"));
        }
        if !path.turn() {
            return None;
        }
    }
}

/// Two faults at once make a hundred times as many runs: too many for a build that is not optimised.
#[test]
fn every_order_of_calls_and_every_fault() {
    let (Extent { runs, calls }, broken) = search(None, if cfg!(debug_assertions) { 1 } else { 2 }, true);
    println!("{runs:>9} runs, {calls:>10} calls in all");
    if let Some(broken) = broken {
        panic!("{broken}");
    }
}
