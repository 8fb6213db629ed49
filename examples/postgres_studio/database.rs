//! A pool of connections: to the server of `DATABASE_URL`, or to one of one's own where there is no such variable.

use std::env;
use std::error::Error;

use studio_credits::store::postgres::deadpool_postgres::{Manager, Pool, QueueMode};
use studio_credits::store::postgres::tokio_postgres::{Config, NoTls};

use super::server::Server;

/// A database, for as long as this lives.
pub(crate) struct Database {
    pub(crate) pool: Pool,
    /// Where it is one of one's own.
    pub(crate) server: Option<Server>,
}

impl Database {
    /// A pool of at most so many connections.
    pub(crate) fn open(connections: usize) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let (url, server) = if let Ok(url) = env::var("DATABASE_URL") {
            (url, None)
        } else {
            let server = Server::start("")?;
            (server.url(), Some(server))
        };
        let config: Config = url.parse()?;
        let manager = Manager::new(config, NoTls);
        let pool = Pool::builder(manager).max_size(connections).queue_mode(QueueMode::Lifo).build()?;
        Ok(Self { pool, server })
    }
}
