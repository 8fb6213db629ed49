//! The first, the second, … the last call of the store fails, in each way that there is, in every scenario: the client
//! asks again under the same key, and at the end everything is as if nothing had failed.
//!
//! Whenever a ledger says that nothing was done, nothing was, and nothing is by what is still under way.

use std::sync::Arc;

use super::catalogue::{Scenario, scenarios};
use super::client::{Expected, Ledgers, expected, insist};
use super::faulty::{Fault, Faulty};

/// How the scenarios are played.
#[derive(Clone, Copy, Debug)]
struct Way {
    ledgers: Ledgers,
    /// How often a ledger tries.
    attempts: u32,
    /// Whether snapshots do not read.
    unread: bool,
}

/// Plays a scenario over a store that fails so, and says whether it came to the last of the faults.
fn play(scenario: &Scenario, expected: &Expected, way: Way, plan: &[(u64, Fault)]) -> bool {
    let store = Arc::new(Faulty::new(plan.iter().copied()).unread(way.unread));
    let (ledgers, mut turn) = (way.ledgers.over(&store, way.attempts), 0);
    let at = |call: &str| format!("{}: `{call}`, {way:?}, {plan:?}", scenario.name);
    for (call, expected) in scenario.calls.iter().zip(&expected.answers) {
        let before = store.shelves.receipt(&call.account, &call.key);
        let answer = insist(&ledgers, &mut turn, call, |error, sure| {
            assert_eq!(store.shelves.receipt(&call.account, &call.key), before, "{}: {error}", at(&call.text));
            if sure {
                store.land();
                let later = store.shelves.receipt(&call.account, &call.key);
                assert_eq!(later, before, "{}, later: {error}", at(&call.text));
            }
        });
        assert_eq!(&answer, expected, "{}", at(&call.text));
    }
    store.land();
    assert_eq!(store.shelves.kept(), expected.kept, "{}", at("at the end"));
    store.calls() >= plan.last().map_or(0, |(call, _)| *call)
}

/// Plays every scenario with faults at each call, and says how many there were.
fn everywhere(ledgers: &[Ledgers], attempts: u32, unread: bool, faults: impl Fn(u64) -> Vec<Vec<(u64, Fault)>>) {
    let scenarios = scenarios();
    let expected: Vec<_> = scenarios.iter().map(expected).collect();
    for ledgers in ledgers.iter().copied() {
        let (way, mut points) = (Way { ledgers, attempts, unread }, 0);
        for (scenario, expected) in scenarios.iter().zip(&expected) {
            for call in 1.. {
                let plans = faults(call);
                let came_to = plans.iter().filter(|plan| play(scenario, expected, way, plan)).count();
                points += came_to;
                if came_to == 0 {
                    break;
                }
            }
        }
        println!("{} scenarios, {way:?}: {points} points of failure", scenarios.len());
        assert!(points > 2_000);
    }
}

fn one(call: u64) -> Vec<Vec<(u64, Fault)>> {
    Fault::ALL.iter().map(|fault| vec![(call, *fault)]).collect()
}

/// A doubt, and then nobody can look what became of it.
fn pairs(call: u64) -> Vec<Vec<(u64, Fault)>> {
    let doubts = [Fault::Written, Fault::Late, Fault::AtLast];
    doubts.iter().flat_map(|doubt| (1..=2).map(|after| vec![(call, *doubt), (call + after, Fault::Fatal)])).collect()
}

#[test]
fn each_call_fails_once() {
    everywhere(Ledgers::ALL, 8, false, one);
}

#[test]
fn each_call_fails_once_and_is_not_tried_again() {
    everywhere(Ledgers::IN_TURNS, 1, false, one);
}

#[test]
fn each_call_fails_and_then_nobody_can_look() {
    everywhere(Ledgers::IN_TURNS, 8, false, pairs);
}

#[test]
fn each_call_fails_and_then_nobody_can_look_where_no_snapshot_reads() {
    everywhere(Ledgers::IN_TURNS, 8, true, pairs);
}
