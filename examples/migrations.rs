//! The SQL of the stores, for a host that runs its migrations by itself.
//!
//! `cargo run --features postgres,sqlite --example migrations -- postgres` prints what makes the tables, to be kept as a
//! file beside the host's own migrations; `sqlite` that for a SQLite file.

use std::{env, error::Error};

use studio_credits::store::{PostgresStore, SqliteStore};

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", sql(env::args().nth(1).as_deref().unwrap_or("postgres"))?);
    Ok(())
}

pub(crate) fn sql(database: &str) -> Result<String, Box<dyn Error>> {
    let steps: Vec<(u32, String)> = match database {
        "postgres" => PostgresStore::migrations().into_iter().map(|step| (step.version, step.sql)).collect(),
        "sqlite" => (1..).zip(SqliteStore::MIGRATIONS.iter().map(|&sql| sql.to_owned())).collect(),
        other => return Err(format!("`{other}` is unknown: there are postgres and sqlite").into()),
    };
    let text = |(version, sql): (u32, String)| format!("-- version {version} of the tables\n{}\n", sql.trim_end());
    Ok(steps.into_iter().map(text).collect())
}
