//! What the examples `quickstart` and `race` print.

use studio_credits::ledger::block_on;

#[path = "../../examples/quickstart.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
pub(crate) mod quickstart;
#[path = "../../examples/race.rs"]
#[expect(dead_code, reason = "what `main` does is to print the lines")]
pub(crate) mod race;

#[test]
fn the_quickstart_goes_from_a_quote_to_a_receipt() {
    let expected = "granted     200
held        196
charged     147 for 3 x 49 image/nano-banana-2
available    53
";
    assert_eq!(block_on(quickstart::story()).unwrap(), expected);
}

#[test]
fn nobody_overspends_in_the_race() {
    let lines = |args: &str| race::lines(args.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string());
    for (args, admitted) in
        [("", 6), ("--tasks 50 --amount 90 --balance 600", 6), ("--tasks 3 --amount 5 --balance 9", 1)]
    {
        let lines = lines(args).unwrap();
        let (tasks, amount, balance) = if admitted == 6 { (50, 90, 600) } else { (3, 5, 9) };
        let overspent = balance - tasks * amount;
        assert_eq!(lines[0], format!("check, then charge: admitted {tasks}, available {overspent}, refused 0"));
        let (left, refused) = (balance - admitted * amount, tasks - admitted);
        let expected = |name: &str| format!("{name}: admitted {admitted}, available {left}, refused {refused}");
        assert_eq!(lines[1], expected("studio-credits"));
        #[cfg(feature = "sqlite")]
        assert_eq!(lines[2], expected("studio-credits, in a SQLite file"));
    }
    assert_eq!(lines("--tasks 0").unwrap_err(), "1 to 1000 tasks, and amounts above 0");
    assert_eq!(lines("--task 1").unwrap_err(), "`--task` is unknown: there are --tasks, --amount and --balance");
    assert_eq!(lines("--tasks").unwrap_err(), "`--tasks` has no number");
}
