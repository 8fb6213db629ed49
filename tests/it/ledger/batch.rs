//! Several commands at once: each has the answer that it would have had after those before it, and what is kept is the
//! same, in one version.

use studio_credits::ledger::{Answer, Job, Operation, Order};

use super::catalogue::{Scenario, scenarios, unit};
use super::client::{Expected, expected};
use super::long::driven;
use super::script::{Ask, Call, Told};
use super::shelves::Shelves;

/// Calls of one account in a row, as one operation; and how many commits it takes.
fn at_once(shelves: &Shelves, calls: &[&Call]) -> (Vec<Answer>, usize) {
    let job = |call: &&Call| match &call.ask {
        Ask::Order(order, _) => Job { key: call.key.clone(), order: Order::clone(order), now: call.now },
        Ask::Balance => panic!("looking is no job"),
    };
    driven(shelves, Operation::new(calls[0].account.clone(), unit(), calls.iter().map(job)))
}

fn is_like_a_sequence(scenario: &Scenario, expected: &Expected) {
    let (shelves, mut answers, mut commits, mut batches) = (Shelves::default(), Vec::new(), 0, 0);
    let calls = || scenario.calls.iter().filter(|call| matches!(call.ask, Ask::Order(..))).collect::<Vec<_>>();
    for batch in calls().chunk_by(|one, next| one.account == next.account) {
        let (answered, took) = at_once(&shelves, batch);
        answers.extend(answered);
        (commits, batches) = (commits + took, batches + 1);
    }
    let answers: Vec<_> = answers.into_iter().map(|it| it.map(Told::Done).map_err(|error| error.to_string())).collect();
    let looks = |told: &Result<Told, String>| matches!(told, Ok(Told::Balance(_)));
    let expected_answers: Vec<_> = expected.answers.iter().filter(|it| !looks(it)).cloned().collect();
    for ((answer, expected), call) in answers.iter().zip(&expected_answers).zip(calls()) {
        assert_eq!(answer, expected, "{}: `{}`", scenario.name, call.text);
    }
    assert_eq!(answers.len(), expected_answers.len());
    assert_eq!(shelves.kept(), expected.kept, "{}", scenario.name);
    assert!(commits <= batches, "{}: {commits} commits for {batches} batches", scenario.name);
}

#[test]
fn a_batch_is_like_a_sequence() {
    for scenario in scenarios() {
        is_like_a_sequence(&scenario, &expected(&scenario));
    }
}
