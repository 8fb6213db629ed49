//! The conformance kit passes on stores that do what they must, and fails on those that are broken on purpose.

mod flaws;
mod inventory;
mod kinds;
mod plain;
mod stuck;

use std::collections::BTreeSet;

use studio_credits::store::{
    AnyInventory, AnyStore, MemoryStore, Routed,
    conformance::{Answer, CASES, Case, Subject},
};

use self::{
    flaws::AS_JSON,
    plain::{Flawed, SOUND},
};

mod in_memory {
    studio_credits::conformance_tests!(super::InMemory);
    studio_credits::inventory_tests!(super::InMemory);
}

mod any {
    studio_credits::conformance_tests!(super::Any);
}

mod any_inventory {
    studio_credits::conformance_tests!(super::Whole);
    studio_credits::inventory_tests!(super::Whole);
}

mod routed {
    studio_credits::conformance_tests!(super::InParts);
    studio_credits::inventory_tests!(super::InParts);
}

mod sound {
    studio_credits::conformance_tests!(super::Flawed(super::SOUND));
}

mod as_json {
    studio_credits::conformance_tests!(super::Flawed(super::AS_JSON));
}

struct InMemory;

impl Subject for InMemory {
    type Store = MemoryStore;

    fn fresh(&self) -> MemoryStore {
        MemoryStore::default()
    }
}

struct Any;

impl Subject for Any {
    type Store = AnyStore;

    fn fresh(&self) -> AnyStore {
        AnyStore::new(MemoryStore::default())
    }
}

struct Whole;

impl Subject for Whole {
    type Store = AnyInventory;

    fn fresh(&self) -> AnyInventory {
        AnyInventory::new(InParts.fresh())
    }
}

struct InParts;

impl Subject for InParts {
    type Store = Routed<MemoryStore>;

    fn fresh(&self) -> Self::Store {
        let stores = (0..3).map(|_| MemoryStore::default()).collect();
        Routed::new(stores, |account| account.as_str().len() % 3)
    }
}

#[test]
fn each_flaw_is_seen() {
    let mut unseen = Vec::new();
    for (what, flaw, names) in flaws::all() {
        for name in *names {
            let case = Case::named(name).unwrap_or_else(|| panic!("there is no case `{name}`"));
            match case.run(Flawed(*flaw)) {
                Answer::Failed(why) => println!("{what}\n    {name}: {why}"),
                answer => unseen.push(format!("{what}: {name} {answer}")),
            }
        }
    }
    assert!(unseen.is_empty(), "\n{}\n", unseen.join("\n"));
}

#[test]
fn each_case_sees_a_flaw() {
    let seen: BTreeSet<_> = flaws::all().flat_map(|(_, _, names)| *names).copied().collect();
    let all: BTreeSet<_> = CASES.iter().map(|case| case.name).collect();
    let idle: Vec<_> = all.difference(&seen).collect();
    assert!(idle.is_empty(), "no store is broken so that it fails these: {idle:?}");
}
