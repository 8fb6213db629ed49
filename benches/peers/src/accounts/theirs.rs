//! Wallets in a `Journal`, as the examples `wallet` and `holds` of `doubleentry` have them.

mod facts;

use doubleentry::{PostAmount, currency, prelude::*, store::Outcome};
use facts::Case;

use crate::{Deed, GRANTED, Scene, TAKEN};

const CREDITS: Currency = currency!("CREDITS");
const START: Date = date!("2026-01-01");
const TODAY: Date = date!("2026-11-24");
const TOMORROW: Date = date!("2026-11-25");
const BANK: &str = "Assets:Bank";
const SALES: &str = "Income:Sales";

pub struct Books {
    journal: Journal,
    wallets: Vec<String>,
    handles: Vec<AccountHandle>,
    sales: AccountHandle,
}

impl Books {
    pub fn new(scene: Scene) -> Self {
        let mut journal = Journal::new(LedgerId::new("example.com/studio").expect("an id")).as_actor("setup");
        journal.declare_currency(CREDITS, 2, START).expect("a currency");
        journal.define_months(2026, 1..=12).expect("months");
        journal.open(BANK, AccountKind::Asset, START).expect("an account");
        let sales = journal.open(SALES, AccountKind::Income, START).expect("an account");
        let wallets: Vec<_> = (0..scene.accounts).map(|at| format!("Liabilities:Wallets:user-{at}")).collect();
        let mut handles = Vec::with_capacity(wallets.len());
        for (user, wallet) in wallets.iter().enumerate() {
            handles.push(journal.open(wallet, AccountKind::Liability, START).expect("an account"));
            journal.set_limit(wallet.as_str(), BalanceLimit::NoDebitBalance, START).expect("a limit");
            for at in 0..scene.grants {
                let grant = Entry::new(format!("grant-{user}-{at}"), TODAY)
                    .debit(BANK, amount(GRANTED), CREDITS)
                    .credit(wallet.as_str(), amount(GRANTED), CREDITS);
                journal.record(grant).expect("a grant");
            }
        }
        Self { journal, wallets, handles, sales }
    }

    pub fn hold(&mut self, at: usize) -> EntryId {
        let draft = Entry::open_hold(format!("hold-{at}"), TODAY)
            .expires(TOMORROW)
            .debit(self.wallet(at), amount(TAKEN), CREDITS)
            .credit(SALES, amount(TAKEN), CREDITS);
        self.record(draft)
    }

    pub fn settle(&mut self, at: usize, hold: EntryId) {
        self.record(Entry::post_hold(format!("settle-{at}"), TODAY, hold, PostAmount::Full));
    }

    pub fn charge(&mut self, at: usize) {
        let draft = self.charged(at);
        self.record(draft);
    }

    /// Records what was not recorded before.
    pub fn record(&mut self, draft: Entry) -> EntryId {
        let recorded = self.journal.record(draft).expect("a record");
        assert!(!recorded.replayed, "recorded before");
        recorded.id
    }

    /// So many deeds to be recorded, with handles instead of paths, which need no parsing.
    pub fn drafts(&self, deed: Deed, count: usize) -> Vec<(Entry, Option<Entry>)> {
        let draft = |at: usize| {
            let wallet = self.handles[at % self.handles.len()];
            let moved =
                |draft: Entry| draft.debit(wallet, amount(TAKEN), CREDITS).credit(self.sales, amount(TAKEN), CREDITS);
            match deed {
                Deed::HoldAndSettle => {
                    let hold = moved(Entry::open_hold(format!("hold-{at}"), TODAY).expires(TOMORROW));
                    let id = hold.id(self.journal.id()).expect("an id");
                    (hold, Some(Entry::post_hold(format!("settle-{at}"), TODAY, id, PostAmount::Full)))
                }
                Deed::Charge => (moved(Entry::new(format!("charge-{at}"), TODAY)), None),
            }
        };
        (0..count).map(draft).collect()
    }

    /// Decides on a deed as often as asked, without anything written; a hold stays open all the while.
    pub fn deciding(mut self, deed: Deed) -> impl Fn() -> (Outcome<2>, Option<Outcome<2>>) {
        let open = self.hold(0);
        let case = |draft: &Entry| Case::new(&self, draft.clone());
        let (first, _) = &self.drafts(deed, 2)[1];
        let second = Entry::post_hold("settle-0", TODAY, open, PostAmount::Full);
        let first = case(first);
        let second = matches!(deed, Deed::HoldAndSettle).then(|| case(&second));
        move || (first.decide(), second.as_ref().map(Case::decide))
    }

    /// What is available and what is held, in whole credits.
    pub fn balance(&self, user: usize) -> (i64, i64) {
        let net = |query| self.journal.balance(self.wallet(user), CREDITS, &query).expect("a balance").net();
        let (settled, pending) = (net(BalanceQuery::all()), net(BalanceQuery::all().pending()));
        let available = settled.checked_add(pending).expect("an amount").negate();
        (whole(available), whole(pending))
    }

    /// Whether what was charged under a key is not charged again.
    pub fn repeats(&mut self, at: usize) -> bool {
        let draft = self.charged(at);
        self.journal.record(draft).expect("a receipt").replayed
    }

    pub fn refuses_too_much(&mut self) -> bool {
        let (available, _) = self.balance(0);
        let much = Amount::from_major(i128::from(available) + 1).expect("an amount");
        let draft = Entry::open_hold("too-much", TODAY)
            .expires(TOMORROW)
            .debit(self.wallet(0), much, CREDITS)
            .credit(SALES, much, CREDITS);
        matches!(self.journal.record(draft), Err(Error::Rejected(Rejection::LimitExceeded { .. })))
    }

    pub fn audit(&self) {
        self.journal.audit().expect("sound books");
    }

    fn charged(&self, at: usize) -> Entry {
        let draft = Entry::new(format!("charge-{at}"), TODAY);
        draft.debit(self.wallet(at), amount(TAKEN), CREDITS).credit(SALES, amount(TAKEN), CREDITS)
    }

    fn wallet(&self, at: usize) -> &str {
        &self.wallets[at % self.wallets.len()]
    }
}

fn amount(whole: i32) -> Amount {
    Amount::from_major(whole.into()).expect("an amount")
}

fn whole(amount: Amount) -> i64 {
    let minor = amount.to_minor();
    assert_eq!(minor % 100, 0, "whole credits");
    (minor / 100).try_into().expect("credits")
}
