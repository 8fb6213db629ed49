//! A place for one test: a schema of its own, a pool, and a proxy that may cut connections.

use std::env;
use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock};

use studio_credits::store::PostgresStore;
use studio_credits::store::postgres::PostgresSchema;
use studio_credits::store::postgres::deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use studio_credits::store::postgres::tokio_postgres::{Config, NoTls, Transaction};
use tokio::runtime::{Builder, Runtime};

use super::proxy::Proxy;
use super::server::Server;

/// One runtime for all tests, as connections belong to the one that made them.
pub(crate) static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

static SCHEMAS: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Place {
    pub(crate) schema: PostgresSchema,
    /// Straight to the server.
    pub(crate) direct: Pool,
    pub(crate) proxy: Proxy,
    /// What else was made here.
    others: Mutex<Vec<PostgresSchema>>,
}

impl Place {
    /// A place without tables, or none where there is no server.
    pub(crate) fn bare() -> Option<Self> {
        let config = config()?;
        let (direct, proxy) = (pool(config.clone()), Proxy::start(config));
        Some(Self { schema: schema(), direct, proxy, others: Mutex::default() })
    }

    /// A place with tables, or none where there is no server.
    pub(crate) fn new() -> Option<Self> {
        let place = Self::bare()?;
        RUNTIME.block_on(place.schema.migrate(&place.direct)).unwrap();
        Some(place)
    }

    /// Connections through the proxy.
    pub(crate) fn pool(&self) -> Pool {
        pool(self.proxy.config())
    }

    /// A store whose connections go through the proxy.
    pub(crate) fn store(&self) -> PostgresStore {
        RUNTIME.block_on(self.schema.open(self.pool())).unwrap()
    }

    /// A store in another schema, through the same proxy.
    pub(crate) fn another_store(&self) -> PostgresStore {
        let schema = schema();
        self.others.lock().unwrap().push(schema.clone());
        RUNTIME.block_on(schema.migrate(&self.direct)).unwrap();
        RUNTIME.block_on(schema.open(self.pool())).unwrap()
    }

    /// A store without a proxy.
    pub(crate) fn direct_store(&self) -> PostgresStore {
        RUNTIME.block_on(self.schema.open(self.direct.clone())).unwrap()
    }

    /// The same, for whoever is in the runtime already.
    pub(crate) async fn direct_store_async(&self) -> PostgresStore {
        self.schema.open(self.direct.clone()).await.unwrap()
    }

    /// Runs statements, with the schema's name in place of `{s}`.
    pub(crate) fn run(&self, sql: &str) {
        let sql = sql.replace("{s}", &self.schema.to_string());
        RUNTIME.block_on(async { self.direct.get().await.unwrap().batch_execute(&sql).await }).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for schema in self.others.get_mut().unwrap().iter().chain([&self.schema]) {
            let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
            let dropped = RUNTIME.block_on(async {
                let client = self.direct.get().await.map_err(|error| error.to_string())?;
                client.batch_execute(&sql).await.map_err(|error| error.to_string())
            });
            if let Err(error) = dropped {
                println!("schema {schema} is left: {error}");
            }
        }
    }
}

fn schema() -> PostgresSchema {
    let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    PostgresSchema::named(&format!("test_{}_{number}", std::process::id())).unwrap()
}

pub(crate) fn pool(config: Config) -> Pool {
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(config, NoTls, fast)).max_size(8).build().unwrap()
}

/// Waits until somebody waits for a transaction.
pub(crate) async fn until_it_blocks(transaction: &Transaction<'_>) {
    let blocked = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    while transaction.query_one(blocked, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
}

/// Where the server is that all tests share.
fn config() -> Option<Config> {
    static SERVER: OnceLock<Result<(Config, Option<Server>), String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        if let Ok(url) = env::var("DATABASE_URL") {
            return url.parse().map(|config| (config, None)).map_err(|error| format!("DATABASE_URL: {error}"));
        }
        let server = Server::start("")?;
        Ok((server.url().parse().unwrap(), Some(server)))
    });
    or_skipped(server.as_ref()).map(|(config, _)| config.clone())
}

/// A server of a test's own with these settings, or none where it cannot be had.
pub(crate) fn own_server(settings: &str) -> Option<Server> {
    or_skipped(Server::start(settings))
}

fn or_skipped<T, E: Display>(had: Result<T, E>) -> Option<T> {
    match had {
        Ok(had) => Some(had),
        Err(why) if env::var_os("CI").is_some() => panic!("{why}"),
        Err(why) => {
            println!("skipped: {why}");
            None
        }
    }
}
