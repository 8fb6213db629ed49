//! The store in a SQLite file: the kit, the simulation, and what goes wrong with files, locks, disks and processes.

mod batch;
#[cfg(feature = "conformance")]
mod conformance;
mod disk;
mod example;
mod files;
mod killed;
mod load;
mod opened;
mod rows;
mod simulation;
mod together;
