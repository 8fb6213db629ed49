//! What a ledger holds in a real database: how many charges a second, and how long each waits.
//!
//! - SQLite in one file, and PostgreSQL on this machine, as they are durable by default.
//! - Many accounts and one hot account; 1, 8, 32 and 256 clients.
//! - Everything twice: with the disk as it is, and with every fsync made to take a millisecond more, which is nearer to
//!   the disk of a cloud. That needs a C compiler, and is left out where there is none.
//!
//! `cargo bench --features lanes,postgres,sqlite --bench store` prints the figures. It takes a server of `DATABASE_URL`
//! or starts one. `-- --test` runs each case once and shorter.

mod load;
#[expect(dead_code, reason = "the example whose file it is uses the rest")]
#[path = "../../examples/postgres_studio/server.rs"]
mod server;

use std::{
    env, fs,
    path::PathBuf,
    process::{self, Command},
    time::Duration,
};

use load::{Deed, Figures, Scene};
use server::Server;
use studio_credits::store::{
    LedgerStore, PostgresStore, SqliteStore,
    postgres::{deadpool_postgres, tokio_postgres},
};
use tokio::runtime::Runtime;

const CLIENTS: [u64; 4] = [1, 8, 32, 256];
const MANY: u64 = 10_000;
/// How the bench is told that it is the one with the slow fsync.
const SLOW: &str = "STUDIO_CREDITS_SLOW_SYNC";

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let folder = env::temp_dir().join(format!("studio-credits-store-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let is_slow = env::var_os(SLOW).is_some();
    println!("{}", if is_slow { "every fsync takes 1 ms more" } else { "the disk as it is" });
    let runtime = Runtime::new().expect("a runtime");
    sqlite(&runtime, &folder, test);
    postgres(&runtime, test);
    if !is_slow {
        again_with_a_slow_sync(&folder);
    }
    fs::remove_dir_all(&folder).expect("the folder can go");
}

fn sqlite(runtime: &Runtime, folder: &std::path::Path, test: bool) {
    let path = folder.join("credits.db");
    let rates = compare(runtime, "SQLite", test, || {
        SqliteStore::migrate(&path).expect("tables");
        SqliteStore::open(&path).expect("a store")
    });
    for (what, rates) in rates {
        println!("  {what}: 32 clients have {:.1} times the charges of one commit a transaction", rates[2] / rates[0]);
    }
}

fn postgres(runtime: &Runtime, test: bool) {
    let (url, server) = match env::var("DATABASE_URL") {
        Ok(url) => (url, None),
        Err(_) => match Server::start("") {
            Ok(server) => (server.url(), Some(server)),
            Err(why) => return println!("PostgreSQL: skipped, as {why}"),
        },
    };
    let config: tokio_postgres::Config = url.parse().expect("an address");
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(8).queue_mode(deadpool_postgres::QueueMode::Lifo);
    let pool = pool.build().expect("a pool");
    compare(runtime, "PostgreSQL", test, || {
        runtime.block_on(async {
            PostgresStore::migrate(&pool).await.expect("tables");
            PostgresStore::open(pool.clone()).await.expect("a store")
        })
    });
    drop(server);
}

/// The charges a second of each number of clients, over many accounts and over one.
fn compare<S: LedgerStore + 'static>(
    runtime: &Runtime,
    name: &str,
    test: bool,
    store: impl Fn() -> S,
) -> Vec<(String, Vec<f64>)> {
    let (many, time) = if test { (16, Duration::ZERO) } else { (MANY, Duration::from_secs(3)) };
    let ledger = load::ledger(runtime, store(), many);
    [many, 1]
        .into_iter()
        .map(|accounts| {
            let what = format!("{name}, {accounts} accounts");
            println!("{what}");
            let scene = Scene { accounts, time };
            let measured = |clients, deed, word| {
                let round = format!("{accounts}/{clients}/{word}");
                load::measure(runtime, &ledger, (scene, clients, &round), deed)
            };
            let rates = CLIENTS.map(|clients| {
                let charges: Figures = measured(clients, Deed::Charge, "c");
                let pairs = measured(clients, Deed::HoldAndSettle, "p");
                println!("  {clients:>3} clients: charges {charges}   hold and settle {pairs}");
                charges.rate
            });
            (what, rates.to_vec())
        })
        .collect()
}

/// The same once more, in a process of which each fsync takes longer, and so in the server that it starts.
fn again_with_a_slow_sync(folder: &std::path::Path) {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/store/slow_sync.c");
    let object = folder.join("slow_sync.so");
    let built = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).args([&object, &source]).status();
    if !built.is_ok_and(|status| status.success()) {
        return println!("a slow fsync: skipped, as there is no C compiler");
    }
    let mut again = Command::new(env::current_exe().expect("this program"));
    again.args(env::args().skip(1)).env("LD_PRELOAD", &object).env(SLOW, "1").env_remove("DATABASE_URL");
    assert!(again.status().expect("this program").success());
}
