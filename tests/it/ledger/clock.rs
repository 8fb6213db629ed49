//! A store that says what time it is: its clock rules over those of the callers, for what is done and for what is shown.

use studio_credits::ledger::Ledger;

use super::catalogue::unit;
use super::client::{ready, told};
use super::script::{Reader, Told};
use super::twisted::Twisted;
use crate::account::words::instant;

/// What a call is told whose caller takes it to be that time, while it is another by the store.
fn told_at(ledger: &Ledger<Twisted>, row: &str) -> Result<Told, String> {
    told(ready(Reader::default().call(row).unwrap().of(ledger)))
}

/// A ledger over a store whose clock goes on by these instants, one a load.
fn clocked(instants: &'static [&'static str]) -> Ledger<Twisted> {
    let store = Twisted::default().load(|call, loaded| {
        let at = instants[usize::try_from(call).unwrap() - 1];
        Ok(loaded.with_now(instant(at).unwrap()))
    });
    Ledger::new(store, unit())
}

#[test]
fn what_is_done_is_done_at_the_time_of_the_store() {
    let ledger = clocked(&["12:00", "12:10", "13:09", "13:10"]);
    told_at(&ledger, "2036-01-01 grant a 30").unwrap();
    let Told::Done(held) = told_at(&ledger, "1999-01-01 hold h 30").unwrap() else { panic!() };
    assert_eq!(held.entries[0].at, instant("12:10").unwrap());
    let refused = told_at(&ledger, "2036-01-01 hold i 30").unwrap_err();
    assert_eq!(refused, "30 required and 0 available for this work: 30 missing");
    told_at(&ledger, "12:00 hold i 30").unwrap();
}

#[test]
fn what_is_shown_is_what_holds() {
    let ledger = clocked(&["12:00", "12:10", "13:09", "13:10"]);
    told_at(&ledger, "12:00 grant a 30").unwrap();
    told_at(&ledger, "12:00 hold h 30").unwrap();
    let available = |row: &str| match told_at(&ledger, row).unwrap() {
        Told::Balance(balance) => balance.available.to_string(),
        Told::Done(receipt) => panic!("{receipt:?}"),
    };
    assert_eq!(available("2036-01-01 balance"), "0");
    assert_eq!(available("12:00 balance"), "30");
}

#[test]
fn a_clock_of_the_store_that_goes_back_is_told() {
    let ledger = clocked(&["12:00", "11:54"]);
    told_at(&ledger, "12:00 grant a 30").unwrap();
    let refused = told_at(&ledger, "12:01 hold h 30").unwrap_err();
    let text = "it is 2026-01-01T11:54:00Z by the caller, and the account has seen 2026-01-01T12:00:00Z: \
                clocks may differ by 5 minutes";
    assert_eq!(refused, text);
}
