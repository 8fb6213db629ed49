//! The store in PostgreSQL: against `DATABASE_URL`, or a server that is started from the binaries installed.
//!
//! Where there is neither, each test says that it is skipped; with `CI` set, it fails.

mod conformance;
mod place;
mod proxy;
#[path = "../../examples/postgres_studio/server.rs"]
mod server;
