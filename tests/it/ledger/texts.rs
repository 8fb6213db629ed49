//! Every error of a ledger as a person reads it.

use std::error::Error;

use studio_credits::account::{Account, Corrupt, DecideError, Declined};
use studio_credits::journal::RecordName;
use studio_credits::ledger::LedgerError;
use studio_credits::pricing::PriceError;
use studio_credits::store::{Fate, StoreError};
use studio_credits::{Credits, IdError, Key, SettlementError, SpendError, Unit};

use super::catalogue::unit;
use super::client::played;
use super::script::account;
use super::shelves::Shelves;

fn key() -> Key {
    Key::new("job-41").unwrap()
}

/// What an account says to the second entry of its journal before the first.
fn corrupt() -> Corrupt {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 5"]);
    let second = shelves.page(&account("user-7"), 1, 1);
    Account::new(account("user-7"), unit()).apply(&second[0]).unwrap_err()
}

#[test]
fn each_error_is_told() {
    let negative = SpendError::Negative { amount: Credits::from_whole(-1) };
    let reset = || StoreError::unknown("the connection was reset");
    #[rustfmt::skip]
    let table = [
        (LedgerError::from(Box::new(Declined::Frozen)), "the account is frozen: nothing new is held or charged"),
        (LedgerError::from(PriceError::OutcomeUnknown), "the outcome is unknown, so there is nothing to charge yet"),
        (LedgerError::NoMaximum { total: Credits::from_whole(5) },
            "5 is no more than an estimate: a hold for it needs a cap"),
        (LedgerError::from(negative),                   "-1 is below 0: it cannot be spent, nor be a cap"),
        (LedgerError::from(SettlementError::Unknown),
            "work with an unknown outcome is not settled: mark its hold as unknown instead"),
        (LedgerError::from(Unit::new("").unwrap_err()), "unit is empty: it has 1 to 100 bytes"),
        (LedgerError::Busy { attempts: 8 },
            "nothing was done: others wrote to the account first each time, attempts made: 8"),
        (LedgerError::QueueFull { waiting: 1_024 },     "nothing was done: 1024 commands wait for the account"),
        (LedgerError::Unavailable { source: reset() },  "nothing was done: the connection was reset"),
        (LedgerError::OutcomeUnknown { key: key(), source: reset() },
            "nobody knows whether `job-41` was done, so ask again with the same key: the connection was reset"),
        (LedgerError::from(corrupt()),                  "account `user-7` is corrupt at entry 2: it follows entry 0"),
        (LedgerError::from(DecideError::from(Declined::Closed)),
            "the account is closed: it takes no command any more"),
        (LedgerError::from(DecideError::from(corrupt())),
            "account `user-7` is corrupt at entry 2: it follows entry 0"),
        (LedgerError::from(DecideError::Unknown { name: RecordName::Receipt(key()) }),
            "nothing was done: record `receipt/job-41` was not looked up: \
             a command is decided on with all that it needs"),
    ];
    for (error, text) in table {
        assert_eq!(error.to_string(), text);
        assert!(!text.starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
    }
}

#[test]
fn an_error_leads_to_what_the_store_says() {
    let error = LedgerError::Unavailable { source: StoreError::fatal("the disk is full") };
    assert_eq!(error.source().unwrap().to_string(), "the disk is full");
    let LedgerError::Unavailable { source } = error else { panic!() };
    assert_eq!(source.fate(), Fate::Fatal);
    let error = LedgerError::OutcomeUnknown { key: key(), source: StoreError::unknown("a time-out") };
    assert_eq!(error.source().unwrap().to_string(), "a time-out");
    assert!(LedgerError::from(Box::new(Declined::Frozen)).source().is_none());
}

/// Complete on purpose as far as it can be: what a caller does about each.
#[test]
fn what_to_do_is_a_short_match() {
    let ask_again = |error: &LedgerError| match error {
        LedgerError::Busy { .. } | LedgerError::QueueFull { .. } | LedgerError::Unavailable { .. } => Some("later"),
        LedgerError::OutcomeUnknown { .. } => Some("with the same key"),
        _ => None,
    };
    assert_eq!(ask_again(&LedgerError::Busy { attempts: 1 }), Some("later"));
    let error = LedgerError::OutcomeUnknown { key: key(), source: StoreError::unknown("a time-out") };
    assert_eq!(ask_again(&error), Some("with the same key"));
    assert_eq!(ask_again(&LedgerError::from(Box::new(Declined::Frozen))), None);
}

#[test]
fn a_key_of_a_megabyte_is_no_key() {
    let text = "x".repeat(1 << 20);
    let error = Key::new(&text).unwrap_err();
    assert!(matches!(error, IdError::TooLong { .. }), "{error:?}");
    let cut = "x".repeat(60);
    assert_eq!(error.to_string(), format!("key `{cut}…` has 1048576 bytes: at most 100 are allowed"));
    assert!(Key::new(&text[..100]).is_ok() && Key::new(&text[..101]).is_err());
}
