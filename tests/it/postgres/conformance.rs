//! All cases of the kit, through a proxy that cuts connections where a case asks for it.

use std::time::Duration;

use studio_credits::store::PostgresStore;
use studio_credits::store::conformance::Subject;

use super::place::{Place, RUNTIME};

studio_credits::conformance_tests!(match Place::bare() {
    Some(place) => InPostgres(place),
    None => return,
});
studio_credits::inventory_tests!(match Place::bare() {
    Some(place) => InPostgres(place),
    None => return,
});

/// Each store in a schema of its own, all behind one proxy.
struct InPostgres(Place);

impl Subject for InPostgres {
    type Store = PostgresStore;

    fn fresh(&self) -> PostgresStore {
        self.0.another_store()
    }

    fn reopen(&self, store: PostgresStore) -> Option<PostgresStore> {
        let schema = store.schema().clone();
        drop(store);
        Some(RUNTIME.block_on(schema.open(self.0.pool())).unwrap())
    }

    fn disturb<T>(&self, _: &PostgresStore, step: u32, work: impl FnOnce() -> T) -> Option<T> {
        self.0.proxy.cut_after_pieces(step);
        let done = work();
        self.0.proxy.disarm();
        Some(done)
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(600)
    }

    fn block_on<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        RUNTIME.block_on(future)
    }
}
