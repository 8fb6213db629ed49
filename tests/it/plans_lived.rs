//! How accounts live with plans, under long random histories: what a plan gives, how often, and to whom, held against
//! recounts and naive models that share no code with the crate.
//!
//! `LIVED_CASES` tries so many histories of each kind, such as 10,000 before a release, and `LIVED_SEED` others than
//! the usual ones. One that fails is made shorter, and told with the command that plays it again.

mod counters;
mod found;
mod lazy;
mod life;
mod months;
mod others;
mod run;
mod toggles;
mod zones;
