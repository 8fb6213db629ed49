//! One account that does not read, beside others that do.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName};
use studio_credits::ledger::{HoldsAsk, block_on};
use studio_credits::store::{
    Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, MemoryStore, StoreError,
};

use super::housekeeping::{at, holds, id, over, played};

/// What becomes of what is loaded of one account.
type Damage = fn(Loaded) -> Result<Loaded, StoreError>;

/// A store in which the account `ada` is damaged.
struct Damaged(MemoryStore, Damage);

impl LedgerStore for Damaged {
    async fn load(&self, account: &AccountId, names: &[RecordName], fresh: Freshness) -> Result<Loaded, StoreError> {
        let loaded = self.0.load(account, names, fresh).await?;
        if account.as_str() == "ada" { (self.1)(loaded) } else { Ok(loaded) }
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.0.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.entries(account, after, max).await
    }
}

impl Inventory for Damaged {
    async fn accounts(&self, of: Listing, after: Option<&AccountId>, max: usize) -> Result<Vec<AccountId>, StoreError> {
        self.0.accounts(of, after, max).await
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        self.0.records(account, after, max).await
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        self.0.forget_receipts(before, max).await
    }
}

fn damaged(damage: Damage) -> Damaged {
    let store = MemoryStore::default();
    played(&over(&store));
    Damaged(store, damage)
}

#[test]
fn an_account_that_does_not_read_is_told_among_the_holds_of_the_others() {
    let table: [(Damage, &str); 2] = [
        (|_| Err(StoreError::fatal("the head does not read")), "account `ada`: the head does not read"),
        (
            |mut loaded| {
                loaded.head.as_mut().unwrap().seq -= 1;
                Ok(loaded)
            },
            "account `ada`: its head counts 5 entries, and its snapshot 6",
        ),
    ];
    for (damage, told) in table {
        let ledger = over(damaged(damage));
        for ask in [HoldsAsk::Open, HoldsAsk::Unknown, HoldsAsk::Overdue(at(20))] {
            let others = if ask == HoldsAsk::Unknown { vec![] } else { vec!["eve/h1"] };
            let expected: Vec<_> = [told].into_iter().chain(others).collect();
            assert_eq!(holds(&ledger, ask, 10).concat(), expected, "{ask:?}");
            // However short the pages are, there is a next one.
            assert_eq!(holds(&ledger, ask, 1).concat(), expected, "{ask:?}");
        }
    }
}

#[test]
fn a_store_that_is_away_for_a_moment_says_nothing_of_an_account() {
    let ledger = over(damaged(|_| Err(StoreError::unknown("the connection was reset"))));
    let error = block_on(ledger.holds(HoldsAsk::Open, None, 10)).unwrap_err();
    assert_eq!(error.to_string(), "nothing was done: the connection was reset");
    assert_eq!(block_on(ledger.holds(HoldsAsk::Open, Some(&id("ada")), 10)).unwrap().found.len(), 1);
}
