//! What a long history costs whoever looks at the balance, or at all that a credits window shows.

use std::{hint::black_box, time::Instant};

use studio_credits::{
    Credits, Grant, GrantKind, Model, Reason, Spend, Studio, Work, books,
    journal::Command,
    ledger::{Ledger, ViewAsk},
    store::{LedgerStore, MemoryStore},
};
use tokio::runtime::Runtime;

use super::{account_of, key, ledger, now};

const LOOKS: u32 = 1_000;
/// How many entries a credits window looks at, and the last of them are charges.
const RECENT: usize = 20;

pub(crate) fn compare(runtime: &Runtime, entries: usize) {
    println!("a look by entries");
    let (few, many) = (grown(runtime, 2 * RECENT), grown(runtime, entries));
    for (what, shows_all) in [("balance", false), ("credits window", true)] {
        let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
        for _ in 0..21 {
            of_few.push(look(runtime, &few, shows_all));
            of_many.push(look(runtime, &many, shows_all));
        }
        let [of_few, of_many] = [of_few, of_many].map(|mut nanos| {
            nanos.sort_by(f64::total_cmp);
            nanos[nanos.len() / 2]
        });
        let ratio = of_many / of_few;
        println!("  {what}, {}: {of_few:.0} ns, {entries}: {of_many:.0} ns: {ratio:.2} times", 2 * RECENT);
    }
}

/// An account that was frozen and thawed until it had so many entries, and then charged a few times.
fn grown(runtime: &Runtime, entries: usize) -> Ledger<MemoryStore> {
    let ledger = ledger(MemoryStore::default(), true).with_plans(books::imagineart_plans().into());
    runtime.block_on(async {
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(100)).expect("a grant");
        ledger.grant(&account_of(0), &key("grant"), grant, now(0)).await.expect("credits");
        let reason = Reason::new("a dispute").expect("a reason");
        for entry in 4..entries - RECENT {
            let reason = reason.clone();
            let command = if entry % 2 == 0 { Command::Freeze { reason } } else { Command::Thaw { reason } };
            ledger.run(&account_of(0), &key(&entry.to_string()), command, now(0)).await.expect("a change");
        }
        let thaw = Command::Thaw { reason };
        // It is frozen already where the last of them froze it.
        let _ = ledger.run(&account_of(0), &key("thaw"), thaw, now(0)).await;
        for charge in 0..RECENT {
            let work = Work::new(Studio::new("image").expect("a name"), Model::new("flux").expect("a name"));
            let spend = Spend::new(work, Credits::from_whole(1)).expect("a spend");
            let key = key(&format!("charge-{charge}"));
            ledger.run(&account_of(0), &key, Command::Charge(spend), now(0)).await.expect("a charge");
        }
    });
    ledger
}

fn look<S: LedgerStore>(runtime: &Runtime, ledger: &Ledger<S>, shows_all: bool) -> f64 {
    let (account, ask) = (account_of(0), ViewAsk::default().with_recent(RECENT));
    let start = Instant::now();
    runtime.block_on(async {
        for _ in 0..LOOKS {
            if shows_all {
                black_box(ledger.view(&account, &ask, now(1)).await.expect("a view"));
            } else {
                black_box(ledger.balance(&account, now(1)).await.expect("a balance"));
            }
        }
    });
    start.elapsed().as_secs_f64() * 1e9 / f64::from(LOOKS)
}
