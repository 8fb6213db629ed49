//! What there is, across accounts: the same as of a store in memory.

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::ledger::Ledger;
use studio_credits::store::{Inventory, Listing, MemoryStore};
use studio_credits::{AccountId, HoldId, Outcome};

use super::place::{Place, RUNTIME};
use super::studio::{account, gift, key, now, quote};

/// Three accounts: one with a hold, one with a hold that was released later, one without.
async fn told<S: Inventory>(store: &S) -> Vec<String> {
    let ledger = Ledger::new(store, "credits".parse().unwrap());
    for number in 1..=3 {
        ledger.grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
    }
    for number in 1..=2 {
        ledger.hold(&account(number), &key("job"), &quote(), now()).await.unwrap();
    }
    let later = now() + TimeDelta::minutes(1);
    let hold = HoldId::new("job").unwrap();
    ledger.release(&account(2), &key("end"), hold, Outcome::Failed, later).await.unwrap();
    let mut told = Vec::new();
    let due = |at: DateTime<Utc>| Listing::Due(at);
    let far = now() + TimeDelta::days(400);
    for listing in [Listing::All, Listing::Holding, due(now()), due(far)] {
        told.push(format!("{listing:?} {:?}", store.accounts(listing, None, 10).await.unwrap()));
    }
    let after = AccountId::new("user-1").unwrap();
    told.push(format!("{:?}", store.accounts(Listing::All, Some(&after), 1).await.unwrap()));
    told.push(format!("{:?}", store.records(&account(2), None, 10).await.unwrap()));
    told.push(format!("{:?}", store.records(&account(2), Some("receipt/end"), 1).await.unwrap()));
    told.push(format!("{:?}", store.forget_receipts(later, 2).await.unwrap()));
    told.push(format!("{:?}", store.forget_receipts(later, 100).await.unwrap()));
    told.push(format!("{:?}", store.forget_receipts(later, 100).await.unwrap()));
    told.push(format!("{:?}", store.records(&account(2), None, 10).await.unwrap()));
    told
}

#[test]
fn listings_are_those_of_a_store_in_memory() {
    let Some(place) = Place::new() else { return };
    let expected = RUNTIME.block_on(told(&MemoryStore::default()));
    assert_eq!(RUNTIME.block_on(told(&place.store())), expected);
}
