//! One account's queue: batches, answers, and whoever is dropped while it has the turn.

mod behaviour;
mod crowd;
pub(crate) mod stage;
mod store;
