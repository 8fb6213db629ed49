//! Entries that make no statement: with a gap, out of order, of two accounts, or beyond all amounts.

use studio_credits::account::Statement;
use studio_credits::journal::Entry;

use super::sheet::Case as _;
use super::tables::Case;
use super::words;

fn entries(rows: &[&str]) -> Vec<Entry> {
    let mut case = Case::default();
    for row in rows {
        case.ask(row);
    }
    case.desk.entries
}

fn is_summed_up<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> bool {
    let (from, until) = (words::instant("12:00").unwrap(), words::instant("13:00").unwrap());
    Statement::of(from, until, entries).is_some()
}

#[test]
fn a_statement_is_of_one_account_in_order_and_without_a_gap() {
    let all = entries(&["grant a 100", "charge c 10", "12:30 charge d 20", "refund c"]);
    assert!(is_summed_up(&all));
    assert!(is_summed_up(&all[2..]), "it starts anywhere");
    assert!(is_summed_up(&all[..3]), "and ends anywhere");
    assert!(!is_summed_up(all[..2].iter().chain(&all[3..])), "an entry is missing");
    assert!(!is_summed_up(all.iter().rev()), "the last comes first");
    assert!(!is_summed_up(all.iter().chain(&all)), "each comes twice");
    let mut other = all.clone();
    other[3].account = "user-8".parse().unwrap();
    assert!(!is_summed_up(&other), "one is of another account");
}

#[test]
fn what_is_charged_in_a_period_is_in_range() {
    let rows = [
        "grant a 1000000000000000000",
        "hold h 1 overage=debt:1000000000000000000",
        "charge c 999999999999999999",
        "settle h 1000000000000000000",
    ];
    let mut all = entries(&rows);
    assert!(!is_summed_up(&all), "the work of one model comes to nearly 2 × 10^18");
    all.truncate(4);
    assert!(is_summed_up(&all));
}
