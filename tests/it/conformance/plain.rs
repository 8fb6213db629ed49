//! A plain store, each step of which can be done wrong.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    task::Poll,
    thread,
    time::Duration,
};

use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName, Snapshot};
use studio_credits::store::{
    Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError, conformance::Subject,
};

type Answer<T> = Result<T, StoreError>;
type Page = Answer<Vec<Arc<Entry>>>;

/// How each step is done.
#[derive(Clone, Copy)]
pub(crate) struct Flaw {
    /// The name under which an account is kept.
    pub(crate) account: fn(&str) -> String,
    /// The name under which a record is kept, of an account's name and its own.
    pub(crate) record: fn(&str, &str) -> String,
    /// Whether a commit fits on a head.
    pub(crate) fits: fn(Option<u64>, u64) -> bool,
    /// Whether a record may not have a forerunner.
    pub(crate) is_new: fn(&Record) -> bool,
    /// What a commit that loses leaves behind.
    pub(crate) lost: fn(&mut Kept, &Flaw, &Commit),
    /// What of a commit is written.
    pub(crate) cut: fn(&Commit) -> Commit,
    /// The version of the head after a commit.
    pub(crate) version: fn(&Commit) -> u64,
    /// Whether a record takes the place of the one before.
    pub(crate) replaces: bool,
    /// Where others get in.
    pub(crate) between: Between,
    /// What is answered to a commit, by what became of it, and how many conflicts there were.
    pub(crate) answer: fn(Committed, &Commit, u64) -> Answer<Committed>,
    /// What is said when the plug is pulled before a commit is written, and after it.
    pub(crate) failures: [fn(&'static str) -> StoreError; 2],
    /// The head as it is read, and how often it was read.
    pub(crate) head: fn(&Shelf, u64) -> Answer<Option<Head>>,
    /// The names under which a load looks for records.
    pub(crate) asked: fn(&[RecordName], &Shelf) -> Vec<RecordName>,
    /// What is said of a load that was to be so recent.
    pub(crate) freshness: fn(Freshness) -> Freshness,
    /// The part of the entries that is a page.
    pub(crate) page: fn(&[Arc<Entry>], u64, usize) -> Page,
    /// What a restart does to a shelf.
    pub(crate) reopen: fn(&mut Shelf),
}

/// Where others get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Nothing,
    /// After a commit is checked, and before it is written.
    CheckAndWrite,
    /// After the head of a commit is written, and before the rest is.
    HeadAndRest,
    /// The same, and a commit that comes later writes what is left of one that was dropped.
    HeadAndRestLater,
    /// After the head is loaded, and before the records are.
    HeadAndRecords,
    /// Before a commit is checked, and whoever comes then meets a conflict.
    CommitAndCommit,
    /// After a load has locked the store, and before it unlocks it.
    LoadAndUnlock,
}

/// Every step done right.
pub(crate) const SOUND: Flaw = Flaw {
    account: str::to_owned,
    record: |account, name| format!("{account}\n{name}"),
    fits: |head, expected| head.unwrap_or(0) == expected,
    is_new: Record::is_new,
    lost: |_, _, _| (),
    cut: Commit::clone,
    version: Commit::version,
    replaces: true,
    between: Between::Nothing,
    answer: |committed, _, _| Ok(committed),
    failures: [|what| StoreError::not_written(what), |what| StoreError::unknown(what)],
    head: |shelf, _| Ok(shelf.head.clone().map(|(version, snapshot)| Head::new(version, snapshot))),
    asked: |names, _| names.to_vec(),
    freshness: |asked| asked,
    page: |entries, after, max| {
        Ok(entries.iter().skip(usize::try_from(after).unwrap_or(usize::MAX)).take(max).cloned().collect())
    },
    reopen: |_| (),
};

/// What is kept of one account.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    pub(crate) head: Option<(u64, Arc<Snapshot>)>,
    /// The head before the last commit.
    pub(crate) before: Option<(u64, Arc<Snapshot>)>,
    pub(crate) entries: Vec<Arc<Entry>>,
    /// The names of its records, commit by commit.
    pub(crate) names: Vec<Vec<RecordName>>,
}

/// A store that keeps what it is given until it is dropped, and over a restart.
pub(crate) struct Plain {
    flaw: Flaw,
    kept: Mutex<Kept>,
    loads: AtomicU64,
    conflicts: AtomicU64,
    busy: AtomicBool,
    /// In how many steps the plug is pulled; below zero, it stays in.
    fuse: AtomicI64,
}

#[derive(Default)]
pub(crate) struct Kept {
    shelves: BTreeMap<String, Shelf>,
    records: BTreeMap<String, Record>,
    /// Commits of which the head is written.
    left: Vec<Commit>,
}

/// The stores that have one flaw.
#[derive(Clone, Copy)]
pub(crate) struct Flawed(pub(crate) Flaw);

impl Subject for Flawed {
    type Store = Plain;

    fn fresh(&self) -> Plain {
        Plain::over(self.0, Kept::default())
    }

    fn reopen(&self, store: Plain) -> Option<Plain> {
        let Kept { mut shelves, records, .. } = store.kept.into_inner().unwrap();
        let mut kept = BTreeMap::new();
        for (account, shelf) in &mut shelves {
            (self.0.reopen)(shelf);
            for name in shelf.names.iter().flatten().map(|name| (self.0.record)(account, &name.to_string())) {
                kept.insert(name.clone(), records[&name].clone());
            }
        }
        Some(Plain::over(self.0, Kept { shelves, records: kept, left: Vec::new() }))
    }

    fn disturb<T>(&self, store: &Plain, step: u32, work: impl FnOnce() -> T) -> Option<T> {
        store.fuse.store(step.into(), SeqCst);
        let done = work();
        store.fuse.store(-1, SeqCst);
        Some(done)
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }
}

impl LedgerStore for Plain {
    async fn load(&self, account: &AccountId, names: &[RecordName], asked: Freshness) -> Answer<Loaded> {
        self.step(StoreError::unknown).await?;
        self.enter(Between::LoadAndUnlock);
        let nth = self.loads.fetch_add(1, SeqCst);
        let (head, mut records) = {
            let kept = self.kept();
            (kept.head(&self.flaw, account, nth)?, kept.records(&self.flaw, account, names))
        };
        if self.flaw.between == Between::HeadAndRecords {
            self.gap(Between::HeadAndRecords).await;
            records = self.kept().records(&self.flaw, account, names);
        }
        self.gap(Between::LoadAndUnlock).await;
        self.leave(Between::LoadAndUnlock);
        self.step(StoreError::unknown).await?;
        Ok(Loaded::latest(head, records).with_freshness((self.flaw.freshness)(asked)))
    }

    async fn commit(&self, commit: &Commit) -> Answer<Committed> {
        let [before, after] = self.flaw.failures;
        self.step(before).await?;
        if self.flaw.between == Between::LoadAndUnlock && self.busy.load(SeqCst) {
            return Err(before("the store is locked"));
        }
        self.step(before).await?;
        let committed = self.write(&(self.flaw.cut)(commit)).await;
        if committed == Committed::Conflict {
            self.conflicts.fetch_add(1, SeqCst);
        }
        self.step(after).await?;
        (self.flaw.answer)(committed, commit, self.conflicts.load(SeqCst))
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Page {
        self.step(StoreError::unknown).await?;
        (self.flaw.page)(&self.kept().shelf(&self.flaw, account).entries, after, max)
    }
}

impl Plain {
    fn over(flaw: Flaw, kept: Kept) -> Self {
        let (loads, conflicts, busy) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Self { flaw, kept: Mutex::new(kept), loads, conflicts, busy, fuse: AtomicI64::new(-1) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    async fn write(&self, commit: &Commit) -> Committed {
        if !self.enter(Between::CommitAndCommit) {
            return Committed::Conflict;
        }
        self.gap(Between::CommitAndCommit).await;
        self.leave(Between::CommitAndCommit);
        let flaw = &self.flaw;
        match flaw.between {
            Between::CheckAndWrite => {
                let conflicts = self.kept().conflicts(flaw, commit);
                self.gap(Between::CheckAndWrite).await;
                if conflicts { Committed::Conflict } else { self.kept().write(flaw, commit) }
            }
            Between::HeadAndRest | Between::HeadAndRestLater => {
                let later = flaw.between == Between::HeadAndRestLater;
                {
                    let mut kept = self.kept();
                    if later {
                        kept.write_left(flaw);
                    }
                    if kept.conflicts(flaw, commit) {
                        return Committed::Conflict;
                    }
                    kept.write_head(flaw, commit);
                    kept.left.push(commit.clone());
                }
                self.gap(flaw.between).await;
                if later {
                    self.kept().write_left(flaw);
                } else {
                    self.kept().write_rest(flaw, commit);
                }
                Committed::Applied
            }
            _ => {
                let mut kept = self.kept();
                if kept.conflicts(flaw, commit) { Committed::Conflict } else { kept.write(flaw, commit) }
            }
        }
    }

    /// One of the things that a call does: others may go on meanwhile, and it may fail.
    async fn step(&self, failure: fn(&'static str) -> StoreError) -> Answer<()> {
        pause().await;
        let left = self.fuse.fetch_update(SeqCst, SeqCst, |left| (left >= 0).then(|| left - 1));
        if left == Ok(0) { Err(failure("the plug was pulled")) } else { Ok(()) }
    }

    /// Lets others get in, if this is where.
    async fn gap(&self, here: Between) {
        if self.flaw.between == here {
            thread::sleep(Duration::from_millis(1));
            pause().await;
        }
    }

    /// Shuts others out, if this is where; whether nobody is in.
    fn enter(&self, here: Between) -> bool {
        self.flaw.between != here || !self.busy.swap(true, SeqCst)
    }

    fn leave(&self, here: Between) {
        if self.flaw.between == here {
            self.busy.store(false, SeqCst);
        }
    }
}

impl Kept {
    fn head(&self, flaw: &Flaw, account: &AccountId, nth: u64) -> Answer<Option<Head>> {
        (flaw.head)(self.shelf(flaw, account), nth)
    }

    fn records(&self, flaw: &Flaw, account: &AccountId, names: &[RecordName]) -> Vec<Record> {
        let names = (flaw.asked)(names, self.shelf(flaw, account));
        names.iter().filter_map(|name| self.records.get(&flaw.record_of(account, name)).cloned()).collect()
    }

    fn shelf(&self, flaw: &Flaw, account: &AccountId) -> &Shelf {
        static EMPTY: Shelf = Shelf { head: None, before: None, entries: Vec::new(), names: Vec::new() };
        self.shelves.get(&(flaw.account)(account.as_str())).unwrap_or(&EMPTY)
    }

    pub(crate) fn shelf_mut(&mut self, flaw: &Flaw, account: &AccountId) -> &mut Shelf {
        self.shelves.entry((flaw.account)(account.as_str())).or_default()
    }

    fn conflicts(&mut self, flaw: &Flaw, commit: &Commit) -> bool {
        let head = self.shelf(flaw, &commit.account).head.as_ref().map(|(version, _)| *version);
        let is_there = |record: &Record| self.records.contains_key(&flaw.record_of(&commit.account, &record.name()));
        let conflicts =
            !(flaw.fits)(head, commit.expected) || commit.records.iter().any(|it| (flaw.is_new)(it) && is_there(it));
        if conflicts {
            (flaw.lost)(self, flaw, commit);
        }
        conflicts
    }

    fn write(&mut self, flaw: &Flaw, commit: &Commit) -> Committed {
        self.write_head(flaw, commit);
        self.write_rest(flaw, commit);
        Committed::Applied
    }

    /// Writes the rest of commits of which the head is written.
    fn write_left(&mut self, flaw: &Flaw) {
        for commit in std::mem::take(&mut self.left) {
            self.write_rest(flaw, &commit);
        }
    }

    pub(crate) fn write_head(&mut self, flaw: &Flaw, commit: &Commit) {
        let shelf = self.shelf_mut(flaw, &commit.account);
        shelf.before = shelf.head.replace(((flaw.version)(commit), commit.snapshot.clone()));
    }

    pub(crate) fn write_rest(&mut self, flaw: &Flaw, commit: &Commit) {
        let shelf = self.shelf_mut(flaw, &commit.account);
        shelf.entries.extend_from_slice(&commit.entries);
        shelf.names.push(commit.records.iter().map(Record::name).collect());
        for record in &commit.records {
            let name = flaw.record_of(&commit.account, &record.name());
            if flaw.replaces || !self.records.contains_key(&name) {
                self.records.insert(name, record.clone());
            }
        }
    }
}

impl Flaw {
    fn record_of(&self, account: &AccountId, name: &RecordName) -> String {
        (self.record)(account.as_str(), &name.to_string())
    }
}

/// Comes back at once, and lets whoever polls do something else before.
async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
