//! What a store of `doubleentry` loads for its rules, which then decide without a journal behind them.

use doubleentry::{
    LedgerPolicy,
    prelude::*,
    record::AccountRegistration,
    store::{
        AccountView, Done, EntryView, Fact, Header, HoldView, LatestTerms, Op, Outcome, PeriodView, Read, Snapshot,
        Terms, Versioned, Window, execute, plan,
    },
};

use super::{Books, SALES, START, TODAY};

/// A command with all that is needed to decide on it.
pub struct Case {
    op: Op<2>,
    snapshot: Snapshot<2>,
}

impl Case {
    /// Checks that the outcome is what the journal records.
    pub fn new(books: &Books, draft: Entry) -> Self {
        let recorded = books.journal.clone().record(draft.clone()).expect("a record");
        let head = books.journal.head();
        let header = Header {
            ledger: books.journal.id().clone(),
            size: head.size,
            accounts: (books.handles.len() + 2).try_into().expect("not that many"),
            entries: head.size - 1,
            watermark: None,
            last_booking: Some(TODAY),
            last_period: Some(period()),
        };
        let (op, mut snapshot) = (Op::Record(Box::new(draft)), Snapshot::new(header));
        loop {
            let reads = plan(&snapshot, &op);
            if reads.is_empty() {
                let case = Self { op, snapshot };
                let Outcome::Append(set) = case.decide() else { unreachable!("one record is appended") };
                assert_eq!(set.done, Done::Entry(recorded));
                return case;
            }
            for read in reads {
                snapshot.insert(fact(books, &read));
            }
        }
    }

    pub fn decide(&self) -> Outcome<2> {
        execute(&self.snapshot, &self.op).expect("an outcome")
    }
}

fn fact(books: &Books, read: &Read) -> Fact<2> {
    match read {
        Read::EntryByKey(key) => Fact::EntryByKey(key.clone(), None),
        Read::Account(handle) => Fact::Account(*handle, Some(account(books, *handle))),
        Read::AccountTerms(handle, on) => {
            let LatestTerms { window, limit, class } = account(books, *handle).latest;
            let terms = Terms { class: class.value, window: window.value, limit: limit.value };
            Fact::AccountTerms(*handle, *on, Some(terms))
        }
        Read::Currency(currency, on) => Fact::Currency(*currency, *on, books.journal.exponent(*currency)),
        Read::Policy(on) => Fact::Policy(*on, LedgerPolicy::default()),
        Read::PeriodAt(date) => Fact::PeriodAt(*date, Some(period())),
        Read::Entry(id) => {
            let held = books.journal.hold(*id).zip(books.journal.entry(*id));
            Fact::Entry(*id, held.map(|(hold, record)| EntryView { position: hold.position, record }))
        }
        Read::Hold(id) => {
            let (state, record) =
                (books.journal.hold(*id).expect("a hold"), books.journal.entry(*id).expect("an entry"));
            Fact::Hold(*id, HoldView::open(*id, state.position, &record))
        }
        Read::OutstandingHoldDebits(handle, currency) => {
            let pending = books.journal.balance(*handle, *currency, &BalanceQuery::all().pending()).expect("a balance");
            Fact::OutstandingHoldDebits(*handle, *currency, pending.net())
        }
        Read::OutstandingHoldCredits(handle, currency) => {
            Fact::OutstandingHoldCredits(*handle, *currency, Amount::ZERO)
        }
        Read::Balance(key) => {
            let all = BalanceQuery::all();
            let query = if key.layer == Layer::Pending { all.pending() } else { all };
            Fact::Balance(*key, books.journal.balance(key.handle, key.currency, &query).expect("a balance"))
        }
        read => unreachable!("{read:?}"),
    }
}

fn account(books: &Books, handle: AccountHandle) -> AccountView {
    let (path, kind, limit) = match books.handles.iter().position(|known| *known == handle) {
        Some(at) => (books.wallets[at].as_str(), AccountKind::Liability, BalanceLimit::NoDebitBalance),
        None => (SALES, AccountKind::Income, BalanceLimit::Unlimited),
    };
    let path = path.parse().expect("a path");
    let window = Window { open_from: START, open_to: None };
    AccountView {
        registration: AccountRegistration {
            handle,
            path,
            kind,
            class: None,
            open_from: START,
            open_to: None,
            limit: BalanceLimit::Unlimited,
        },
        latest: LatestTerms { window: latest(window), limit: latest(limit), class: latest(None) },
        is_leaf: true,
        last_booked: Some(TODAY),
    }
}

fn latest<T>(value: T) -> Versioned<T> {
    Versioned { value, effective: START, position: 1 }
}

fn period() -> PeriodView<2> {
    let (start, end) = (date!("2026-11-01"), date!("2026-11-30"));
    PeriodView { id: "2026-11".parse().expect("a period"), start, end, position: 12, sealed: None }
}
