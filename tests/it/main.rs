//! One binary for all integration tests.

mod book;
mod catalog;
mod credits;
mod editions;
mod faults;
mod generate;
mod ids;
mod language;
mod laws;
mod outcome;
mod refusals;
mod request;
mod settle;
mod tidy;
mod value;
