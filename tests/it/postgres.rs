//! The store in PostgreSQL: against `DATABASE_URL`, or a server that is started from the binaries installed.
//!
//! Where there is neither, each test says that it is skipped; with `CI` set, it fails.

mod bad_input;
mod batches;
mod cluster;
mod conformance;
mod disturbed;
mod every_byte;
mod failover;
mod full_disk;
mod in_the_way;
mod patience;
mod place;
mod point_reads;
mod proxy;
mod round_trips;
#[path = "../../examples/postgres_studio/server.rs"]
mod server;
mod silent;
mod simulated;
mod studio;
mod within;
