//! What the books say, read from the file itself, and held against what the clients were told.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use studio_credits::{
    AccountId, Credits, HoldId, Key, Unit,
    account::Account,
    books,
    journal::{Entry, Fact, Receipt},
    ledger::{HoldsAsk, Ledger},
    store::{Inventory, Listing, SqliteStore},
};

use crate::report::Report;

/// Longer than any hold lasts, with the hour that an unknown one stays.
const LATER: Duration = Duration::from_secs(3 * 3_600);

struct Books {
    ledger: Ledger<SqliteStore>,
    /// The journal of each account.
    journals: BTreeMap<AccountId, Vec<Arc<Entry>>>,
    faults: Vec<String>,
}

/// Everything that is not as it must be, a sentence each.
pub(crate) async fn faults(file: &Path, report: &Report) -> Vec<String> {
    let store = SqliteStore::open(file).unwrap();
    let accounts = store.accounts(Listing::All, None, 10_000).await.unwrap();
    let ledger = Ledger::new(store, Unit::new("credits").unwrap()).with_plans(Arc::new(books::imagineart_plans()));
    let mut journals = BTreeMap::new();
    for account in accounts {
        let entries = ledger.entries(&account, 0, 1_000_000).await.unwrap();
        journals.insert(account, entries);
    }
    let mut books = Books { ledger, journals, faults: Vec::new() };
    books.sums();
    books.drift().await;
    books.ends();
    books.overdue().await;
    books.receipts(report).await;
    books.charges(report).await;
    books.faults
}

impl Books {
    fn expect(&mut self, holds: bool, told: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(told());
        }
    }

    /// Granted = spent + expired + revoked + available + held, after each entry; and what was granted is what the
    /// grants of the journal say.
    fn sums(&mut self) {
        let (mut entries, mut accounts) = (0, 0);
        for (account, journal) in self.journals.clone() {
            accounts += 1;
            let mut granted = Credits::ZERO;
            for entry in &journal {
                entries += 1;
                if let Fact::Granted { terms, .. } | Fact::Allowed { terms, .. } = &entry.fact {
                    granted = granted.checked_add(terms.amount()).unwrap();
                }
                let sums = &entry.totals;
                let parts = [sums.spent, sums.expired, sums.revoked, sums.available, sums.held];
                let is_sound =
                    parts.iter().all(|part| *part >= Credits::ZERO) && Credits::checked_sum(parts) == Some(granted);
                self.expect(is_sound && sums.granted == granted, || format!("{account}: {granted} granted: {entry:?}"));
            }
        }
        println!("{accounts} accounts with {entries} entries");
    }

    /// The head of an account is what its journal adds up to, by the laws that each entry is held against.
    async fn drift(&mut self) {
        let found = self.ledger.drift(None, 10_000).await.unwrap();
        self.faults.extend(found.found.iter().map(ToString::to_string));
        for (id, journal) in self.journals.clone() {
            let unit = Unit::new("credits").unwrap();
            let folded = Account::from_entries(id.clone(), unit, journal.iter().map(AsRef::as_ref));
            let folded = folded.map(|account| account.snapshot()).map_err(|corrupt| corrupt.to_string());
            let head = self.ledger.account(&id).await.unwrap().snapshot();
            self.expect(folded == Ok(head), || format!("{id}: the head is not what the journal adds up to"));
        }
    }

    /// Each hold is begun once, and ends once at most; one that has not ended is one that nobody knows about.
    fn ends(&mut self) {
        let (mut settled, mut other) = (0, 0);
        for (account, journal) in self.journals.clone() {
            let mut holds = BTreeMap::<HoldId, (u32, u32, bool)>::new();
            for entry in &journal {
                match &entry.fact {
                    Fact::Held { hold, .. } => holds.entry(hold.clone()).or_default().0 += 1,
                    Fact::Settled { hold, .. } => holds.entry(hold.clone()).or_default().1 += 1,
                    Fact::Released { hold, .. } | Fact::Lapsed { hold } => {
                        holds.entry(hold.clone()).or_default().1 += 1;
                    }
                    Fact::MarkedUnknown { hold, .. } => holds.entry(hold.clone()).or_default().2 = true,
                    _ => {}
                }
            }
            for (hold, (held, ended, unknown)) in holds {
                if ended == 1 {
                    settled += 1;
                } else {
                    other += 1;
                }
                let is_sound = held == 1 && (ended == 1 || (ended == 0 && unknown));
                self.expect(is_sound, || format!("{account}: {hold} is held {held} times and ends {ended} times"));
            }
        }
        println!("{settled} generations charged or returned, {other} unknown");
    }

    /// Nothing is overdue, and once it is, it counts no more.
    async fn overdue(&mut self) {
        let now: DateTime<Utc> = SystemTime::now().into();
        let overdue = self.ledger.holds(HoldsAsk::Overdue(now), None, 10_000).await.unwrap();
        self.faults.extend(overdue.found.iter().map(|of| format!("overdue: {of:?}")));
        for account in self.journals.keys().cloned().collect::<Vec<_>>() {
            let held = self.ledger.balance(&account, now + LATER).await.unwrap().held;
            self.expect(held.is_zero(), || format!("{account}: {held} are held that nobody settles"));
        }
    }

    /// Every answer that a client had is a receipt of the books, and says the same.
    async fn receipts(&mut self, report: &Report) {
        for ((account, key), text) in report.begun.iter().chain(&report.bought) {
            let told: Value = serde_json::from_str(text).unwrap();
            let (id, name) = (AccountId::new(account).unwrap(), Key::new(key).unwrap());
            let receipt = self.ledger.receipt(&id, &name).await.unwrap();
            let known = receipt.as_ref().map(|receipt| as_told(receipt, &told));
            self.expect(known.as_ref() == Some(&told), || {
                format!("{account} was told {told}, and the books have {known:?}")
            });
            let written =
                self.journals.get(&id).into_iter().flatten().filter(|entry| entry.key.as_ref() == Some(&name));
            let (held, bought) = written.fold((0, 0), |(held, bought), entry| match entry.fact {
                Fact::Held { .. } => (held + 1, bought),
                Fact::Granted { .. } => (held, bought + 1),
                _ => (held, bought),
            });
            self.expect(held + bought == 1, || format!("{account}: {key} is done {} times", held + bought));
        }
    }

    /// What a client saw of an end is what the books charged.
    async fn charges(&mut self, report: &Report) {
        for ((account, id), told) in &report.ended {
            let (owner, hold) = (AccountId::new(account).unwrap(), HoldId::new(id).unwrap());
            let charge = self.ledger.charge_of(&owner, &hold).await.unwrap();
            let known = charge.map(|charge| json!([charge.held, charge.settled, charge.outcome, charge.resolved_at]));
            let seen = json!([told["held"], told["charged"], told["outcome"], told["ends_at"]]);
            self.expect(known.as_ref() == Some(&seen), || {
                format!("{account}: {id} was seen as {seen}, and is {known:?}")
            });
        }
    }
}

/// A receipt in the words of the service.
fn as_told(receipt: &Receipt, told: &Value) -> Value {
    let events = json!(receipt.events);
    let held = receipt.entries.iter().find_map(|entry| match &entry.fact {
        Fact::Held { hold, amount, lapses_at, .. } => Some((entry, hold, amount, lapses_at)),
        _ => None,
    });
    match held {
        Some((entry, hold, amount, lapses_at)) => json!({
            "id": hold, "held": amount, "lines": receipt.lines(), "held_at": entry.at, "lapses_at": lapses_at,
            "available": entry.totals.available, "events": events,
        }),
        None => receipt.entries.last().map_or(
            told["nothing"].clone(),
            |last| json!({ "id": receipt.key, "at": last.at, "available": last.totals.available, "events": events }),
        ),
    }
}
