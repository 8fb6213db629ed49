//! One binary for all integration tests.

mod credits;
mod ids;
mod outcome;
mod request;
mod tidy;
mod value;
