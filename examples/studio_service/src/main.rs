//! A studio over HTTP: `cargo run`, and open <http://127.0.0.1:3000>, or ask `curl 127.0.0.1:3000/credits`.
//!
//! | variable | | unless it is set |
//! |---|---|---|
//! | `PORT` | where it listens on 127.0.0.1 | 3000 |
//! | `DATABASE_URL` | a PostgreSQL server | a SQLite file, `studio.db`, in the working directory |
//! | `JOB_MS` | how many milliseconds a simulated job takes, at most half an hour | 3000 |

use std::{
    env,
    error::Error,
    io::{self, IsTerminal as _},
    net::Ipv4Addr,
    str::FromStr,
    time::Duration,
};

use studio_service::{Setup, Store, Studio, router};
use tokio::{net::TcpListener, signal};
use tracing::info;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let is_seen = io::stdout().is_terminal();
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_ansi(is_seen).init();
    let store = match env::var("DATABASE_URL") {
        Ok(url) => Store::postgres(&url).await?,
        Err(_) => Store::sqlite("studio.db")?,
    };
    let job_time = Duration::from_millis(variable("JOB_MS", 3_000)?);
    let studio = Studio::new(store, Setup { job_time, ..Setup::default() })?;

    // Before the first request, so that what an earlier process left is at work again, or known to be unknown.
    let resumed = studio.resume_jobs().await?;
    let port = variable("PORT", 3_000)?;
    let taken = |error| format!("cannot listen on port {port}: {error}; `PORT` names another");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
    info!(resumed, "listening on http://{}", listener.local_addr()?);

    // Requests under way are answered. Jobs under way are not waited for: their holds are found by the next start.
    axum::serve(listener, router(studio)).with_graceful_shutdown(asked_to_stop()).await?;
    info!("stopped");
    Ok(())
}

fn variable<T: FromStr>(name: &str, unset: T) -> Result<T, Failure> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("`{name}` is `{text}`: a whole number is wanted").into()),
        Err(_) => Ok(unset),
    }
}

async fn asked_to_stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
