//! Somebody listens where the server should be, and never answers. Time is that of the test, and passes where all wait.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use studio_credits::store::postgres::deadpool_postgres::{Manager, Pool};
use studio_credits::store::postgres::tokio_postgres::{Config, NoTls};
use studio_credits::store::{PostgresStore, SchemaError};
use tokio::runtime::Builder;
use tokio::time;

/// That whoever connects is let in, and that the first statement may come.
const WELCOME: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";

/// Takes every connection, says something once it is spoken to, and then nothing more.
fn listen(said: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut taken = Vec::new();
        for mut client in listener.incoming().flatten() {
            // The first thing that a client says is shorter than this.
            let _ = client.read(&mut [0; 1_024]);
            let _ = client.write_all(said);
            taken.push(client);
        }
    });
    address
}

fn pool(address: SocketAddr) -> Pool {
    let mut config = Config::new();
    config.host("127.0.0.1").port(address.port()).user("somebody");
    Pool::builder(Manager::new(config, NoTls)).max_size(1).build().unwrap()
}

/// What is told where nobody would wait for more than two minutes.
async fn told<T>(asked: impl Future<Output = Result<T, SchemaError>>) -> String {
    let answer = time::timeout(Duration::from_secs(120), asked).await.expect("somebody waits for ever");
    answer.map(|_| ()).unwrap_err().to_string()
}

fn run(test: impl Future<Output = ()>) {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

#[test]
fn whoever_is_never_let_in_is_told_so() {
    run(async {
        let pool = pool(listen(b""));
        time::pause();
        let none = "there was no connection within 30 seconds";
        assert_eq!(told(PostgresStore::migrate(&pool)).await, none);
        assert_eq!(told(PostgresStore::open(pool)).await, none);
    });
}

#[test]
fn a_server_that_lets_in_and_then_says_nothing_is_given_up() {
    for is_migration in [true, false] {
        run(async {
            let pool = pool(listen(WELCOME));
            // A connection that is there already, as time must not pass while it is made.
            drop(pool.get().await.unwrap());
            time::pause();
            let told = if is_migration {
                told(PostgresStore::migrate(&pool)).await
            } else {
                told(PostgresStore::open(pool.clone())).await
            };
            assert_eq!(told, "the server has not answered within 30 seconds");
            assert_eq!(pool.status().size, 0, "its answer may still come, and is nobody else's");
        });
    }
}
