//! One account's queue: batches, answers, and whoever is dropped while it has the turn.

mod behaviour;
mod crowd;
mod stage;
mod store;
