//! The first, the second, … the last call of the store fails, in each way that there is, in every scenario: the client
//! asks again under the same key, and at the end everything is as if nothing had failed.
//!
//! Whenever a ledger says that nothing was done, nothing was, and nothing is by what is still under way.

use std::sync::Arc;

use super::catalogue::{Scenario, scenarios};
use super::client::{Expected, Ledgers, expected, insist};
use super::faulty::{Fault, Faulty};

/// Plays a scenario over a store that fails so, and says whether it came to the last of the faults.
fn play(scenario: &Scenario, expected: &Expected, ledgers: Ledgers, attempts: u32, plan: &[(u64, Fault)]) -> bool {
    let store = Arc::new(Faulty::new(plan.iter().copied()));
    let (ledgers, mut turn) = (ledgers.over(&store, attempts), 0);
    let at = |call: &str| format!("{}: `{call}`, {ledgers:?}, {attempts} attempts, {plan:?}", scenario.name);
    for (call, expected) in scenario.calls.iter().zip(&expected.answers) {
        let before = store.shelves.receipt(&call.account, &call.key);
        let answer = insist(&ledgers, &mut turn, call, |error| {
            assert_eq!(store.shelves.receipt(&call.account, &call.key), before, "{}: {error}", at(&call.text));
            store.land();
            assert_eq!(store.shelves.receipt(&call.account, &call.key), before, "{}, later: {error}", at(&call.text));
        });
        assert_eq!(&answer, expected, "{}", at(&call.text));
    }
    store.land();
    assert_eq!(store.shelves.kept(), expected.kept, "{}", at("at the end"));
    store.calls() >= plan.last().map_or(0, |(call, _)| *call)
}

/// Plays every scenario with faults at each call, and says how many there were.
fn everywhere(ledgers: Ledgers, attempts: u32, faults: impl Fn(u64) -> Vec<Vec<(u64, Fault)>>) -> u64 {
    let mut points = 0;
    for scenario in scenarios() {
        let expected = expected(&scenario);
        for call in 1.. {
            let plans = faults(call);
            let came_to = plans.iter().filter(|plan| play(&scenario, &expected, ledgers, attempts, plan)).count();
            points += came_to as u64;
            if came_to == 0 {
                break;
            }
        }
    }
    points
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
    for ledgers in Ledgers::ALL {
        let points = everywhere(*ledgers, 8, one);
        println!("{} scenarios, {ledgers:?}: {points} faults", scenarios().len());
        assert!(points > 2_000);
    }
}

#[test]
fn each_call_fails_once_and_is_not_tried_again() {
    for ledgers in Ledgers::ALL {
        let points = everywhere(*ledgers, 1, one);
        println!("{} scenarios, {ledgers:?}: {points} faults", scenarios().len());
        assert!(points > 2_000);
    }
}

#[test]
fn each_call_fails_and_then_nobody_can_look() {
    for ledgers in Ledgers::ALL {
        let points = everywhere(*ledgers, 8, pairs);
        println!("{} scenarios, {ledgers:?}: {points} pairs of faults", scenarios().len());
        assert!(points > 2_000);
    }
}
