//! What an account was at each version, for reads that are late.

use std::collections::BTreeMap;
use std::sync::Arc;

use studio_credits::journal::{Record, RecordName, Snapshot};
use studio_credits::store::{Commit, Head, Loaded};

#[derive(Default)]
pub(crate) struct Past {
    /// The snapshot of version 1, of version 2, and so on.
    snapshots: Vec<Arc<Snapshot>>,
    /// Each record with the version that wrote it, the first first.
    records: BTreeMap<RecordName, Vec<(u64, Record)>>,
}

impl Past {
    pub(crate) fn version(&self) -> u64 {
        u64::try_from(self.snapshots.len()).unwrap()
    }

    /// A commit that is written.
    pub(crate) fn add(&mut self, commit: &Commit) {
        self.snapshots.push(commit.snapshot.clone());
        for record in &commit.records {
            self.records.entry(record.name()).or_default().push((commit.version(), record.clone()));
        }
    }

    /// What a load found at a version, or before the first one.
    pub(crate) fn at(&self, version: u64, names: &[RecordName]) -> Loaded {
        let Some(place) = version.checked_sub(1) else { return Loaded::latest(None, Vec::new()) };
        let snapshot = self.snapshots[usize::try_from(place).unwrap()].clone();
        let was = |name| {
            let rows = self.records.get(name)?;
            let later = rows.partition_point(|(written, _)| *written <= version);
            Some(rows[later.checked_sub(1)?].1.clone())
        };
        Loaded::latest(Some(Head::new(version, snapshot)), names.iter().filter_map(was).collect())
    }
}
