//! What a long history costs whoever looks at the balance.

use std::{hint::black_box, time::Instant};

use studio_credits::{
    Credits, Grant, GrantKind, Reason,
    journal::Command,
    ledger::Ledger,
    store::{LedgerStore, MemoryStore},
};
use tokio::runtime::Runtime;

use super::{account_of, key, ledger, now};

const LOOKS: u32 = 1_000;

pub(crate) fn compare(runtime: &Runtime, entries: usize) {
    println!("balance by entries");
    let (few, many) = (grown(runtime, 10), grown(runtime, entries));
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..21 {
        of_few.push(look(runtime, &few));
        of_many.push(look(runtime, &many));
    }
    let [of_few, of_many] = [of_few, of_many].map(|mut nanos| {
        nanos.sort_by(f64::total_cmp);
        nanos[nanos.len() / 2]
    });
    println!("  10: {of_few:.0} ns, {entries}: {of_many:.0} ns: {:.2} times", of_many / of_few);
}

/// An account that was frozen and thawed until it had so many entries.
fn grown(runtime: &Runtime, entries: usize) -> Ledger<MemoryStore> {
    let ledger = ledger(MemoryStore::default(), true);
    runtime.block_on(async {
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(100)).expect("a grant");
        ledger.grant(&account_of(0), &key("grant"), grant, now(0)).await.expect("credits");
        let reason = Reason::new("a dispute").expect("a reason");
        for entry in 2..entries {
            let reason = reason.clone();
            let command = if entry % 2 == 0 { Command::Freeze { reason } } else { Command::Thaw { reason } };
            ledger.run(&account_of(0), &key(&entry.to_string()), command, now(0)).await.expect("a change");
        }
    });
    ledger
}

fn look<S: LedgerStore>(runtime: &Runtime, ledger: &Ledger<S>) -> f64 {
    let account = account_of(0);
    let start = Instant::now();
    runtime.block_on(async {
        for _ in 0..LOOKS {
            black_box(ledger.balance(&account, now(1)).await.expect("a balance"));
        }
    });
    start.elapsed().as_secs_f64() * 1e9 / f64::from(LOOKS)
}
