//! The store in a SQLite file: the kit, the simulation, and what goes wrong with files, locks, disks and processes.

#[cfg(feature = "conformance")]
mod conformance;
mod files;
