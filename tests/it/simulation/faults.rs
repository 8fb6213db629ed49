//! What goes wrong between a client and a store. Which fault it is, whoever calls decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, Head, Loaded, StoreError};

use super::past::Past;
use super::store::Store;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnCommit {
    Sound,
    /// It is done, and nobody is told.
    LostReply,
    /// Nobody is told, and it arrives some time later.
    Late,
    /// It never arrives, and nobody is told.
    Lost,
    NotWritten,
    Fatal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnRead {
    Sound,
    Failed,
    Fatal,
    /// So many versions ago, where that will do.
    Stale(u64),
    /// The snapshot does not read.
    Unread,
}

/// A commit that is under way for too long.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    pub(crate) commit: Commit,
    /// Whose it is.
    pub(crate) by: Vec<usize>,
}

/// What a commit came to.
#[derive(Debug)]
pub(crate) struct Landing {
    pub(crate) reply: Result<Committed, StoreError>,
    /// What the store itself said, if it was reached.
    pub(crate) said: Option<Result<Committed, StoreError>>,
}

/// A store behind a network that fails.
pub(crate) struct Faulty<S> {
    pub(crate) inner: S,
    pub(crate) late: Vec<Late>,
    past: BTreeMap<AccountId, Past>,
}

impl<S: Store> Faulty<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, late: Vec::new(), past: BTreeMap::new() }
    }

    pub(crate) fn load(
        &mut self,
        account: &AccountId,
        names: &[RecordName],
        freshness: Freshness,
        (fault, clock): (OnRead, Option<DateTime<Utc>>),
    ) -> Result<Loaded, StoreError> {
        let loaded = match (fault, freshness) {
            (OnRead::Failed, _) => return Err(StoreError::unknown("the connection was reset")),
            (OnRead::Fatal, _) => return Err(StoreError::fatal("a row does not read")),
            (OnRead::Stale(age), Freshness::Any) => {
                let version = self.past.get(account).map_or(0, Past::version).saturating_sub(age);
                let past = self.past.get(account).map(|past| past.at(version, names));
                past.unwrap_or_else(|| Loaded::latest(None, Vec::new())).with_freshness(Freshness::Any)
            }
            _ => self.inner.load(account, names, freshness)?,
        };
        let head = loaded.head.as_ref().filter(|_| fault == OnRead::Unread);
        let unread = head.map(|head| Head::unread(head.version, head.seq));
        let mut loaded = loaded;
        if let Some(unread) = unread {
            loaded.head = Some(unread);
        }
        Ok(match clock {
            Some(now) => loaded.with_now(now),
            None => loaded,
        })
    }

    pub(crate) fn entries(
        &mut self,
        account: &AccountId,
        (after, max): (u64, usize),
        fault: OnRead,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        match fault {
            OnRead::Failed => Err(StoreError::unknown("the connection was reset")),
            OnRead::Fatal => Err(StoreError::fatal("a row does not read")),
            _ => self.inner.entries(account, after, max),
        }
    }

    pub(crate) fn commit(&mut self, commit: &Commit, by: &[usize], fault: OnCommit) -> Landing {
        let timed_out = || StoreError::unknown("no answer within 5 s");
        match fault {
            OnCommit::Sound => {
                let said = self.send(commit);
                Landing { reply: said.clone(), said: Some(said) }
            }
            OnCommit::LostReply => Landing { reply: Err(timed_out()), said: Some(self.send(commit)) },
            OnCommit::Late => {
                self.late.push(Late { commit: commit.clone(), by: by.to_vec() });
                Landing { reply: Err(timed_out()), said: None }
            }
            OnCommit::Lost => Landing { reply: Err(timed_out()), said: None },
            OnCommit::NotWritten => {
                Landing { reply: Err(StoreError::not_written("no connection within 5 s")), said: None }
            }
            OnCommit::Fatal => Landing { reply: Err(StoreError::fatal("the disk is full")), said: None },
        }
    }

    /// Has a late commit arrive now.
    pub(crate) fn arrive(&mut self, place: usize) -> (Late, Result<Committed, StoreError>) {
        let late = self.late.swap_remove(place);
        let said = self.send(&late.commit);
        (late, said)
    }

    fn send(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        let said = self.inner.commit(commit);
        let is_written = match &said {
            Ok(committed) => *committed == Committed::Applied,
            Err(_) => {
                let head = self.inner.inspect(&commit.account, &[]).ok().and_then(|loaded| loaded.head);
                head.is_some_and(|head| head.version == commit.version())
            }
        };
        if is_written {
            self.past.entry(commit.account.clone()).or_default().add(commit);
        }
        said
    }
}
