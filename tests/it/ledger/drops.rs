//! Every future is dropped at every poll, in every scenario, and its call made again under the same key: at the end
//! everything is as if nothing had been dropped.

use std::sync::Arc;

use super::catalogue::{Scenario, scenarios};
use super::client::{Expected, Ledgers, expected, insist, polled};
use super::shelves::Shelves;
use super::slow::Slow;

/// Plays a scenario in which one call is dropped after so many polls, and says whether it was not ready before.
fn play(scenario: &Scenario, expected: &Expected, ledgers: Ledgers, dropped: usize, polls: usize) -> bool {
    let store = Arc::new(Slow(Shelves::default()));
    let (ledgers, mut turn, mut was_dropped) = (ledgers.over(&store, 8), 0, false);
    let at =
        |call: &str| format!("{}: `{call}`, {ledgers:?}, call {dropped} dropped after poll {polls}", scenario.name);
    for (place, (call, expected)) in scenario.calls.iter().zip(&expected.answers).enumerate() {
        if place == dropped {
            was_dropped = polled(call.of(&ledgers[turn % ledgers.len()]), polls).is_none();
            turn += 1;
        }
        let answer = insist(&ledgers, &mut turn, call, |_, _| {});
        assert_eq!(&answer, expected, "{}", at(&call.text));
    }
    assert_eq!(store.0.kept(), expected.kept, "{}", at("at the end"));
    was_dropped
}

#[test]
fn each_call_is_dropped_at_each_poll() {
    for ledgers in Ledgers::ALL {
        let mut points = 0;
        for scenario in scenarios() {
            let expected = expected(&scenario);
            for dropped in 0..scenario.calls.len() {
                points += (0..1_000).take_while(|polls| play(&scenario, &expected, *ledgers, dropped, *polls)).count();
            }
        }
        println!("{} scenarios, {ledgers:?}: {points} drops", scenarios().len());
        assert!(points > 1_000);
    }
}
