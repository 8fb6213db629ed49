//! A catalogue of scenarios: `tests/data/ledger/*.txt`, each a few calls of a ledger and what comes of them.
//!
//! What comes of a call is the entries that it added to the journal, and after `=` the sums; or the refusal. Other
//! tests run the same scenarios over stores that fail, with futures that are dropped, and with several ledgers.

use std::fs;

use studio_credits::Unit;
use studio_credits::account::DecideError;
use studio_credits::journal::Entry;
use studio_credits::ledger::{Ledger, LedgerError, Order, block_on};

use super::audit::Audit;
use super::script::{Ask, Call, Reader};
use super::shelves::Shelves;
use crate::account::desk::Done;
use crate::account::{sheet, tell};

/// The files of the catalogue.
const FILES: [&str; 6] = ["credits", "work", "quotes", "back", "time", "keys"];

/// One scenario, without those of its rows that nobody can even ask for.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) calls: Vec<Call>,
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let cases = FILES.iter().flat_map(|file| sheet::cases(&format!("ledger/{file}.txt")));
    let scenario = |(name, rows): (String, Vec<String>)| {
        let mut reader = Reader::default();
        Scenario { name, calls: rows.iter().filter_map(|row| reader.call(row).ok()).collect() }
    };
    cases.map(scenario).collect()
}

pub(crate) fn unit() -> Unit {
    Unit::new("credits").unwrap()
}

struct Case {
    ledger: Ledger<Shelves>,
    reader: Reader,
    audit: Audit,
}

impl Default for Case {
    fn default() -> Self {
        Self { ledger: Ledger::new(Shelves::default(), unit()), reader: Reader::default(), audit: Audit::default() }
    }
}

impl sheet::Case for Case {
    fn ask(&mut self, row: &str) -> Vec<String> {
        let call = match self.reader.call(row) {
            Ok(call) => call,
            Err(error) => return vec![format!("refused: {error}")],
        };
        let Call { account, key, ask, now, .. } = &call;
        let Ask::Order(order, _) = ask else {
            let balance = block_on(self.ledger.balance(account, *now));
            return vec![balance.map_or_else(|error| format!("refused: {error}"), |it| tell::balance(&it))];
        };
        let before = self.ledger.store().seq(account);
        let answer = block_on(self.ledger.run(account, key, Order::clone(order), *now));
        self.audit.see(&call, &answer, self.ledger.store());
        let known = block_on(self.ledger.account(account)).unwrap();
        let new: Vec<_> = self.ledger.store().page(account, before, 1_000).iter().map(|it| Entry::clone(it)).collect();
        let done = match answer {
            Ok(receipt) if new.is_empty() => Ok(Done::Repeated(receipt)),
            Ok(receipt) => Ok(Done::Wrote(new, receipt.events)),
            Err(LedgerError::Declined(declined)) => Err(DecideError::Declined(declined)),
            Err(error) => return vec![format!("refused: {error}")],
        };
        tell::outcome(&done, known.totals(), *now)
    }

    fn check(&self) {
        self.audit.end();
    }
}

macro_rules! catalogue {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { sheet::check::<Case>(concat!("ledger/", stringify!($name), ".txt")); })*

        #[test]
        fn each_file_is_checked() {
            let files = fs::read_dir(sheet::data("ledger")).unwrap().count();
            assert_eq!([$(stringify!($name)),*], FILES);
            assert_eq!(files, FILES.len());
        }
    };
}

catalogue!(credits, work, quotes, back, time, keys);
