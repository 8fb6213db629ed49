//! The server that all of them use, and a database for each.

use std::{
    env,
    time::{Duration, Instant},
};

use tokio_postgres::{Config, NoTls, config::Host};

use crate::{server::Server, slow_disk};

/// A server, for as long as this lives.
pub struct Place {
    config: Config,
    own: Option<Server>,
}

impl Place {
    /// The server that `DATABASE_URL` names, or one of its own.
    pub fn new() -> Self {
        let (url, own) = if let Ok(url) = env::var("DATABASE_URL") {
            (url, None)
        } else {
            let server = Server::start(&format!("-c max_connections={CONNECTIONS}")).expect("a server");
            (server.url(), Some(server))
        };
        Self { config: url.parse().expect("an address of a server"), own }
    }

    /// Whether it was started here, and can be given a slow disk.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Makes an empty database.
    pub async fn database(&self, name: &str) -> Database {
        let server = Database { config: self.config.clone() }.connect().await;
        let name = format!("studio_credits_peers_{name}");
        for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            server.batch_execute(&statement).await.expect("a role that may create databases");
        }
        let mut config = self.config.clone();
        config.dbname(&name);
        Database { config }
    }

    /// What the quickest of some commits takes.
    pub async fn commit(&self, slow: bool) -> Duration {
        let client = self.database("commit").await.connect().await;
        client.batch_execute("CREATE TABLE mark (at timestamptz)").await.expect("a table");
        let mut least = Duration::MAX;
        for _ in 0..COMMITS {
            let start = Instant::now();
            client.batch_execute("INSERT INTO mark VALUES (now())").await.expect("a row");
            least = least.min(start.elapsed());
        }
        if slow {
            // On a busy machine each commit takes long, slow disk or not.
            let row = client.query_one("SELECT pg_read_file('/proc/self/maps')", &[]).await.expect("a superuser");
            assert!(row.get::<_, &str>(0).contains(slow_disk::OBJECT), "the server has no slow disk");
        }
        least
    }

    /// Which version the server is of.
    pub async fn version(&self) -> String {
        let server = Database { config: self.config.clone() }.connect().await;
        server.query_one("SHOW server_version", &[]).await.expect("a version").get(0)
    }
}

/// What everybody together is connected by at most.
const CONNECTIONS: u32 = 500;

/// How many commits show how long one takes.
const COMMITS: usize = 20;

/// Where a contestant is on its own.
pub struct Database {
    config: Config,
}

impl Database {
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// A connection that ends with its client.
    pub async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = self.config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }

    /// The address as others want to have it.
    pub fn url(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(folder)) => escaped(folder.to_str().expect("a path in UTF-8").as_bytes()),
            None => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let user = escaped(self.config.get_user().unwrap_or("postgres").as_bytes());
        let password = self.config.get_password().map(|word| format!(":{}", escaped(word))).unwrap_or_default();
        let name = self.config.get_dbname().expect("a database");
        format!("postgres://{user}{password}@{host}:{port}/{name}?sslmode=disable")
    }
}

/// With whatever might mean something in an address written as a number.
fn escaped(text: &[u8]) -> String {
    text.iter().fold(String::new(), |done, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => done + char::from(*byte).encode_utf8(&mut [0; 4]),
        _ => done + &format!("%{byte:02X}"),
    })
}
