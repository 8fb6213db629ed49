//! Calls of a ledger in the words of the account tables: `12:30 @b settle h 20 key=s`.
//!
//! `@b` is another account than the usual one. `deliver h outputs=3` settles a hold by what was delivered, and the
//! engine prices it: that with all editions, or `engine=first`, `engine=second`. `balance` only looks.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use studio_credits::account::Balance;
use studio_credits::journal::{Command, Receipt};
use studio_credits::ledger::{Ledger, LedgerError, Order};
use studio_credits::pricing::CostEngine;
use studio_credits::store::LedgerStore;
use studio_credits::{AccountId, Key};

use crate::account::{quoting, words};

/// One call: whose, under which key, what, and when.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) text: String,
    pub(crate) account: AccountId,
    pub(crate) key: Key,
    pub(crate) ask: Ask,
    pub(crate) now: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// With the command, unless an engine has to price it.
    Order(Box<Order>, Option<Box<Command>>),
    Balance,
}

/// Reads the rows of one script.
pub(crate) struct Reader {
    now: DateTime<Utc>,
    asked: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self { now: words::instant("12:00").unwrap(), asked: 0 }
    }
}

pub(crate) fn account(name: &str) -> AccountId {
    AccountId::new(name).unwrap()
}

impl Reader {
    /// A call; or why nobody can even ask for it.
    pub(crate) fn call(&mut self, row: &str) -> Result<Call, String> {
        self.asked += 1;
        let timed = row.split_once(' ').filter(|(at, _)| at.starts_with(|c: char| c.is_ascii_digit()));
        let mut asked = timed.map_or(row, |(_, asked)| asked.trim());
        if let Some((at, _)) = timed {
            self.now = words::instant(at).unwrap();
        }
        let mut whose = account("user-7");
        if let Some((name, rest)) = asked.strip_prefix('@').and_then(|asked| asked.split_once(' ')) {
            (whose, asked) = (account(name), rest.trim());
        }
        let key = format!("row-{}", self.asked);
        let (verb, rest) = asked.split_once(' ').unwrap_or((asked, ""));
        let (key, ask) = match verb {
            "balance" => (Key::new(&key).unwrap(), Ask::Balance),
            "deliver" => {
                let (engine, rest) = engine(rest);
                let key = rest.split_whitespace().find_map(|word| word.strip_prefix("key=")).unwrap_or(&key).to_owned();
                let words: Vec<_> = rest.split_whitespace().filter(|word| !word.starts_with("key=")).collect();
                let (hold, delivery) = words::delivery(&words.join(" "));
                let order = Order::settle(hold, delivery, engine).map_err(|error| error.to_string())?;
                (Key::new(&key).unwrap(), Ask::Order(Box::new(order), None))
            }
            _ => {
                let (key, command) = words::command(asked, &key)?;
                (key, Ask::Order(Box::new(command.clone().into()), Some(Box::new(command))))
            }
        };
        Ok(Call { text: row.to_owned(), account: whose, key, ask, now: self.now })
    }
}

fn engine(text: &str) -> (&'static Arc<CostEngine>, String) {
    static FIRST: LazyLock<Arc<CostEngine>> =
        LazyLock::new(|| Arc::new(CostEngine::new(&quoting::book(quoting::FIRST)).unwrap()));
    static SECOND: LazyLock<Arc<CostEngine>> =
        LazyLock::new(|| Arc::new(CostEngine::new(&quoting::book(&quoting::second())).unwrap()));
    let named = [("engine=first", &*FIRST), ("engine=second", &*SECOND)];
    match named.into_iter().find(|(name, _)| text.contains(name)) {
        Some((name, engine)) => (engine, text.replace(name, "")),
        None => (quoting::engine(), text.to_owned()),
    }
}

/// What is answered: what was done, or what is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Done(Receipt),
    Balance(Box<Balance>),
}

pub(crate) type Answer = Result<Told, LedgerError>;

impl Call {
    pub(crate) async fn of<S: LedgerStore>(&self, ledger: &Ledger<S>) -> Answer {
        match &self.ask {
            Ask::Order(order, _) => {
                let receipt = ledger.run(&self.account, &self.key, Order::clone(order), self.now).await;
                receipt.map(Told::Done)
            }
            Ask::Balance => {
                let balance = ledger.balance(&self.account, self.now).await;
                balance.map(|balance| Told::Balance(Box::new(balance)))
            }
        }
    }
}
