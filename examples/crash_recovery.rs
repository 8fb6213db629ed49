//! A worker that is killed while it works: its hold lapses by itself, and the work can still be charged.
//!
//! The worker is another process, which this one starts and kills. The journal is in files, in the store of the example
//! `custom_store`.

#[path = "custom_store/folder_store.rs"]
mod folder_store;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{self, Command as Process, Stdio},
    thread,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use folder_store::FolderStore;
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Life, Model, Settlement, Spend, Studio, Terms, Unit, Work,
    journal::Command,
    ledger::{Ledger, block_on},
};

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(folder) = env::args().nth(1) {
        return worker(folder.into());
    }
    let folder = env::temp_dir().join(format!("studio-credits-crash-{}", process::id()));
    let mut worker = Process::new(env::current_exe()?);
    worker.arg(&folder);
    let story = story(&folder, worker);
    fs::remove_dir_all(&folder)?;
    print!("{}", story?);
    Ok(())
}

/// What happens to an account in a folder, of which `worker` is the process that is killed.
pub(crate) fn story(folder: &Path, mut worker: Process) -> Result<String, Box<dyn Error>> {
    // The worker holds credits, says so, and is killed.
    let mut worker = worker.stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(worker.stdout.take().ok_or("no output")?).lines().map_while(Result::ok);
    let said = lines.find(|line| line.starts_with("held")).ok_or("the worker holds nothing")?;
    worker.kill()?;
    worker.wait()?;
    let mut story = format!("worker              {said}\n");

    let (ledger, user) = opened(folder.to_owned())?;
    let mut show = |what: &str, seconds: i64| -> Result<(), Box<dyn Error>> {
        let balance = block_on(ledger.balance(&user, at(seconds)))?;
        Ok(writeln!(story, "{what:<18}  available {:>3}, held {:>2}", balance.available, balance.held)?)
    };
    show("killed", 1)?;
    show("a moment before", 59)?;
    show("the deadline", 60)?; // all credits are there, and nobody swept anything up

    // The vendor had finished the work all the same: it is charged late, and once.
    let settle = Command::Settle { hold: "job-41".parse()?, settlement: Settlement::whole() };
    let end = Key::new("job-41/end")?;
    let settled = block_on(ledger.run(&user, &end, settle.clone(), at(90)))?;
    show("settled late", 90)?;
    assert_eq!(block_on(ledger.run(&user, &end, settle, at(95)))?, settled);
    show("and once more", 95)?;
    Ok(story)
}

/// Gives credits, holds some of them for a minute, and works until it is killed.
pub(crate) fn worker(folder: PathBuf) -> Result<(), Box<dyn Error>> {
    let (ledger, user) = opened(folder)?;
    let grant = Grant::new(GrantKind::Free, Credits::from_whole(100))?;
    block_on(ledger.grant(&user, &Key::new("sign-up")?, grant, at(0)))?;
    let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
    let terms = Terms::default().with_life(Life::seconds(60)?);
    let hold = Command::Hold(Spend::new(work, Credits::from_whole(40))?.with_terms(terms));
    block_on(ledger.run(&user, &Key::new("job-41")?, hold, at(0)))?;
    println!("held 40 for a minute, and works");
    thread::sleep(Duration::from_secs(30));
    Err("nobody killed the worker".into())
}

fn opened(folder: PathBuf) -> Result<(Ledger<FolderStore>, AccountId), Box<dyn Error>> {
    Ok((Ledger::new(FolderStore::open(folder), Unit::new("credits")?), AccountId::new("user-7")?))
}

/// So many seconds after the hold was made.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_795_000_000 + seconds)
}
