//! One binary for all integration tests.

mod book;
mod catalog;
mod check;
mod credits;
mod diff;
mod editions;
mod faults;
mod generate;
mod ids;
mod imagineart;
mod language;
mod laws;
mod layers;
mod lists;
mod measured;
mod mistakes;
mod oracle;
mod outcome;
mod price_book_example;
mod quote_example;
mod refusals;
mod request;
mod settle;
mod tidy;
mod value;
mod vendors;
