//! More commands at once than one commit takes.

use studio_credits::journal::Command;
use studio_credits::ledger::{Answer, Job, Operation, Reply, Step};
use studio_credits::{Reason, Unit};

use super::housekeeping::{at, id, key};
use super::shelves::Shelves;

/// What is answered, and how many commits it takes.
pub(super) fn driven(shelves: &Shelves, mut operation: Operation) -> (Vec<Answer>, usize) {
    let mut commits = 0;
    loop {
        let reply = match operation.step() {
            Step::Load { account, records, .. } => Reply::Loaded(Ok(shelves.read(account, records))),
            Step::Entries { account, after, max } => Reply::Entries(Ok(shelves.page(account, after, max))),
            Step::Commit(commit) => {
                commits += 1;
                Reply::Committed(Ok(shelves.write(commit)))
            }
            Step::Pause(_) => Reply::Paused,
            Step::Done => break,
        };
        operation.reply(reply);
    }
    (operation.into_answers().map(Option::unwrap).collect(), commits)
}

/// One commit has 512 entries at most, so that these are six.
#[test]
fn a_batch_that_takes_many_commits_is_done_with_one_attempt() {
    let unit = Unit::new("credits").unwrap();
    let reason = || Reason::new("a dispute").unwrap();
    let command = |number: u32| match number % 2 {
        0 => Command::Freeze { reason: reason() },
        _ => Command::Thaw { reason: reason() },
    };
    let job = |number| Job { key: key(&format!("ticket-{number}")), order: command(number).into(), now: at(0) };
    let operation = Operation::new(id("ada"), unit, (0..2_600).map(job)).with_attempts(1);
    let (answers, commits) = driven(&Shelves::default(), operation);
    let refused = answers.iter().find_map(|answer| answer.as_ref().err());
    assert!(refused.is_none(), "{}", refused.unwrap());
    assert_eq!((answers.len(), commits), (2_600, 6));
}
