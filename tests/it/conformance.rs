//! The conformance kit passes on the crate's own stores, and fails on those that are broken on purpose.

use studio_credits::store::{AnyStore, MemoryStore, conformance::Subject};

mod in_memory {
    studio_credits::conformance_tests!(super::InMemory);
}

mod any {
    studio_credits::conformance_tests!(super::Any);
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
