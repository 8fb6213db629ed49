//! One binary for all integration tests.

mod account;
mod account_examples;
mod book;
mod calendar;
mod catalog;
#[cfg(feature = "hash-chain")]
mod chain;
mod check;
#[cfg(feature = "conformance")]
mod conformance;
mod credits;
mod diff;
mod editions;
mod faults;
mod generate;
mod guide;
mod ids;
mod imagineart;
mod kept;
#[cfg(feature = "lanes")]
mod lanes;
mod language;
mod laws;
mod layers;
mod ledger;
mod ledger_examples;
mod lists;
mod measured;
mod mistakes;
mod oracle;
mod outcome;
mod plan_examples;
mod plans;
mod plans_lived;
#[cfg(all(feature = "postgres", feature = "conformance"))]
mod postgres;
mod price_book_example;
mod quote_example;
mod refusals;
mod request;
mod settle;
mod simulation;
#[cfg(any(feature = "sqlite", all(feature = "postgres", feature = "conformance")))]
mod small_disk;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tidy;
mod tools;
mod value;
mod vendors;
