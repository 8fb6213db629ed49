//! Mistakes of a store, each of which the simulator has to find: that it finds none otherwise is then worth something.

use super::runs::broken;
use super::shelves::MISTAKES;
use super::small;

const SEEDS: u64 = 200;
const COMMANDS: u64 = 200;

#[test]
fn each_mistake_of_a_store_is_found() {
    let mut missed = Vec::new();
    for mistake in MISTAKES {
        let found = (1..=SEEDS).find_map(|seed| Some((seed, broken(seed, COMMANDS, Some(*mistake))?)));
        let (how, why) = match found {
            Some((seed, why)) => (format!("{seed} seeds"), Some(why)),
            None => ("by search".to_owned(), small::search(Some(*mistake), 1, false).1),
        };
        let Some(why) = why else {
            missed.push(mistake);
            continue;
        };
        println!("{mistake:?}: {how}: {}", why.lines().next().unwrap_or_default());
    }
    assert!(missed.is_empty(), "not found in {SEEDS} runs of {COMMANDS} commands, nor by the search: {missed:?}");
}
