//! The one who writes: what travels together, in which order, and what keeps nobody else.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use rusqlite::Connection;
use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::ledger::{Ledger, block_on};
use studio_credits::store::{
    Commit, Committed, Fate, Freshness, LedgerStore, Loaded, MemoryStore, SqliteOptions, SqliteStore, StoreError,
};

use super::files::Folder;
use super::load::{grant, key, now, unit};

/// How many requests are one transaction at most, and how many wait at most.
const BATCH: usize = 128;
const WAITING: usize = 4_096;

type Answer = Result<Committed, StoreError>;
type Sent<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Remembers what is committed.
#[derive(Default)]
struct Scribe(MemoryStore, Mutex<Vec<Commit>>);

impl LedgerStore for Scribe {
    async fn load(&self, account: &AccountId, names: &[RecordName], as_of: Freshness) -> Result<Loaded, StoreError> {
        self.0.load(account, names, as_of).await
    }

    async fn commit(&self, commit: &Commit) -> Answer {
        self.1.lock().unwrap().push(commit.clone());
        self.0.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.entries(account, after, max).await
    }
}

/// The first commits of so many accounts.
pub(crate) fn gifts(count: usize) -> Vec<Commit> {
    let ledger = Ledger::new(Scribe::default(), unit());
    for number in 0..count {
        let account = AccountId::new(&format!("user-{number}")).unwrap();
        block_on(ledger.run(&account, &key("gift"), grant(1), now())).unwrap();
    }
    ledger.store().1.lock().unwrap().drain(..).collect()
}

/// Sends commits in their order, without waiting for an answer.
fn sent<'a>(store: &'a SqliteStore, commits: &'a [Commit]) -> Vec<Sent<'a>> {
    let send = |commit| {
        let mut sent: Sent<'_> = Box::pin(store.commit(commit));
        assert!(answered(&mut sent).is_none(), "nobody can have an answer yet");
        sent
    };
    commits.iter().map(send).collect()
}

/// The answer, if there is one already.
fn answered(sent: &mut Sent<'_>) -> Option<Answer> {
    match sent.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}

/// Somebody else who has the lock until it is dropped.
fn lock(store: &SqliteStore) -> Connection {
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

fn is_there(store: &SqliteStore, commit: &Commit) -> bool {
    block_on(store.load(&commit.account, &[], Freshness::Latest)).unwrap().head.is_some()
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

/// How many transactions are in the log: each ends in a frame that states the size of the database.
fn transactions(store: &SqliteStore) -> usize {
    let log = fs::read(log_of(store.path())).unwrap_or_default();
    if log.is_empty() {
        return 0;
    }
    let number = |bytes: &[u8]| usize::try_from(u32::from_be_bytes(bytes.try_into().unwrap())).unwrap();
    let frames = log[32..].chunks_exact(24 + number(&log[8..12]));
    frames.filter(|frame| frame[8..16] == log[16..24] && number(&frame[4..8]) > 0).count()
}

#[test]
fn what_queued_up_travels_as_one() {
    let (folder, commits) = (Folder::new(), gifts(2 * BATCH + 10));
    let store = folder.store(&SqliteOptions::default());
    let before = transactions(&store);
    let locked = lock(&store);
    let sent = sent(&store, &commits);
    drop(locked);
    for sent in sent {
        assert_eq!(block_on(sent).unwrap(), Committed::Applied);
    }
    assert_eq!(transactions(&store) - before, 3);
    assert!(commits.iter().all(|commit| is_there(&store, commit)));
}

#[test]
fn whoever_came_first_is_answered_first() {
    let (folder, commits) = (Folder::new(), gifts(3 * BATCH));
    let store = folder.store(&SqliteOptions::default());
    let locked = lock(&store);
    let mut sent = sent(&store, &commits);
    drop(locked);
    while let Some(last) = sent.pop() {
        assert_eq!(block_on(last).unwrap(), Committed::Applied);
        for (place, earlier) in sent.drain(..).enumerate().map(|(place, mut sent)| (place, answered(&mut sent))) {
            assert!(earlier.is_some(), "{place} waits, and the last one is answered");
        }
    }
}

#[test]
fn each_has_an_outcome_of_its_own() {
    let (folder, commits) = (Folder::new(), gifts(3));
    let store = folder.store(&SqliteOptions::default());
    let twice = [&commits[..], &commits[..1]].concat();
    let before = transactions(&store);
    let locked = lock(&store);
    let sent = sent(&store, &twice);
    drop(locked);
    let outcomes: Vec<_> = sent.into_iter().map(|sent| block_on(sent).unwrap()).collect();
    let applied = Committed::Applied;
    assert_eq!(outcomes, [applied, applied, applied, Committed::Conflict]);
    assert_eq!(transactions(&store) - before, 1);
}

#[test]
fn what_cannot_be_done_keeps_nobody_else() {
    for how in ["ABORT", "FAIL", "ROLLBACK"] {
        let (folder, commits) = (Folder::new(), gifts(5));
        let store = folder.store(&SqliteOptions::default());
        let trigger = format!(
            "CREATE TRIGGER never AFTER INSERT ON studio_credits_record WHEN NEW.account = 'user-3'
             BEGIN SELECT RAISE({how}, 'never for this one'); END"
        );
        Connection::open(store.path()).unwrap().execute_batch(&trigger).unwrap();
        let locked = lock(&store);
        let sent = sent(&store, &commits);
        drop(locked);
        for (commit, sent) in commits.iter().zip(sent) {
            match block_on(sent) {
                Ok(committed) => assert_eq!(committed, Committed::Applied),
                Err(error) => {
                    assert_eq!(commit.account.as_str(), "user-3", "{error}");
                    assert_eq!((error.fate(), error.to_string()), (Fate::Fatal, "never for this one".to_owned()));
                }
            }
            assert_eq!(is_there(&store, commit), commit.account.as_str() != "user-3", "{how}: {}", commit.account);
        }
    }
}

#[test]
fn a_transaction_that_does_not_end_is_rolled_back() {
    let (folder, commits) = (Folder::new(), gifts(2));
    let store = folder.store(&SqliteOptions::default());
    let other = Connection::open(store.path()).unwrap();
    let late = "
        CREATE TABLE early (id INTEGER PRIMARY KEY);
        CREATE TABLE late (id REFERENCES early (id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER too_late AFTER INSERT ON studio_credits_entry BEGIN INSERT INTO late VALUES (1); END;";
    other.execute_batch(late).unwrap();
    let error = block_on(store.commit(&commits[0])).unwrap_err();
    assert_eq!((error.fate(), error.to_string()), (Fate::Fatal, "FOREIGN KEY constraint failed".to_owned()));
    assert!(!is_there(&store, &commits[0]));
    other.execute_batch("DROP TRIGGER too_late").unwrap();
    for commit in &commits {
        assert_eq!(block_on(store.commit(commit)).unwrap(), Committed::Applied);
    }
}

#[test]
fn a_lock_that_somebody_else_keeps_is_told_and_nothing_is_written() {
    let (folder, commits) = (Folder::new(), gifts(3));
    let store = folder.store(&SqliteOptions::default().with_lock_wait(Duration::from_millis(20)));
    let locked = lock(&store);
    for sent in sent(&store, &commits) {
        let error = block_on(sent).unwrap_err();
        let text = "the database was locked by somebody else for 20ms";
        assert_eq!((error.fate(), error.to_string()), (Fate::NotWritten, text.to_owned()));
    }
    assert!(!commits.iter().any(|commit| is_there(&store, commit)), "a load waits for no lock");
    drop(locked);
    for commit in &commits {
        assert_eq!(block_on(store.commit(commit)).unwrap(), Committed::Applied);
    }
}

#[test]
fn those_who_wait_for_a_lock_together_are_told_together() {
    let (folder, commits) = (Folder::new(), gifts(3));
    let store = folder.store(&SqliteOptions::default().with_lock_wait(Duration::from_millis(500)));
    let locked = lock(&store);
    let mut sent = sent(&store, &commits);
    assert_eq!(block_on(sent.remove(0)).unwrap_err().fate(), Fate::NotWritten);
    // Whoever waited anew would have the lock now.
    drop(locked);
    for sent in sent {
        assert_eq!(block_on(sent).unwrap_err().fate(), Fate::NotWritten);
    }
}

#[test]
fn what_nobody_waits_for_is_not_begun() {
    let (folder, commits) = (Folder::new(), gifts(3));
    let store = folder.store(&SqliteOptions::default());
    let locked = lock(&store);
    let mut sent = sent(&store, &commits);
    drop(sent.remove(1));
    drop(locked);
    for sent in sent {
        assert_eq!(block_on(sent).unwrap(), Committed::Applied);
    }
    assert!(!is_there(&store, &commits[1]));
}

#[test]
fn a_queue_that_is_full_is_told() {
    let (folder, commits) = (Folder::new(), gifts(1));
    let store = folder.store(&SqliteOptions::default());
    let locked = lock(&store);
    // One is in the hand of whoever writes.
    let many = vec![commits[0].clone(); WAITING + 1];
    let mut sent: Vec<Sent<'_>> = many.iter().map(|commit| -> Sent<'_> { Box::pin(store.commit(commit)) }).collect();
    let waiting = sent.iter_mut().filter_map(|sent| answered(sent).is_none().then_some(())).count();
    assert!((WAITING..=WAITING + 1).contains(&waiting), "{waiting} wait");
    let error = block_on(store.commit(&commits[0])).unwrap_err();
    let text = format!("{WAITING} requests wait already");
    assert_eq!((error.fate(), error.to_string()), (Fate::NotWritten, text));
    drop(locked);
    let applied = sent.into_iter().take(waiting).map(|sent| block_on(sent).unwrap());
    assert_eq!(applied.filter(|committed| *committed == Committed::Applied).count(), 1);
}

/// A waker that cannot be woken.
struct Faint;

impl Wake for Faint {
    fn wake(self: Arc<Self>) {
        panic!("this is on purpose");
    }
}

#[test]
fn a_waker_that_panics_stops_nobody_else() {
    let (folder, commits) = (Folder::new(), gifts(3));
    let store = folder.store(&SqliteOptions::default());
    let faint = Waker::from(Arc::new(Faint));
    let locked = lock(&store);
    let mut first = Box::pin(store.commit(&commits[0]));
    assert!(first.as_mut().poll(&mut Context::from_waker(&faint)).is_pending());
    drop(locked);
    // It is answered, although nobody hears of it, and another may have shared its transaction.
    let second = block_on(store.commit(&commits[1]));
    assert!(second.as_ref().map_or_else(|error| error.fate() == Fate::Unknown, |it| *it == Committed::Applied));
    assert_eq!(block_on(store.commit(&commits[2])).unwrap(), Committed::Applied);
    assert_eq!(block_on(first).unwrap(), Committed::Applied);
}

#[test]
fn the_file_is_closed_with_the_last_handle() {
    let (folder, commits) = (Folder::new(), gifts(1));
    let store = folder.store(&SqliteOptions::default());
    let (path, other) = (store.path().to_owned(), store.clone());
    drop(store);
    assert_eq!(block_on(other.commit(&commits[0])).unwrap(), Committed::Applied);
    assert!(log_of(&path).exists(), "the other handle has it open");
    drop(other);
    assert!(!log_of(&path).exists(), "whoever closes it last takes the log away");
}
