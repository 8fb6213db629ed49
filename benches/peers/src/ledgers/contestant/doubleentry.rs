//! `doubleentry`, with wallets and holds as its examples `wallet` and `holds` have them.

use std::{env, fs, path::PathBuf, process};

use doubleentry::{
    PostAmount, currency,
    prelude::*,
    store::{Dialect, Postgres, SqlOptions, SqlStore, Sqlite},
};
use uuid::Uuid;

use super::{Act, Contestant, Failed, GIVEN, Sums};
use crate::place::Place;

const CREDITS: Currency = currency!("CREDITS");
const START: Date = date!("2026-01-01");
const TODAY: Date = date!("2026-11-30");
const TOMORROW: Date = date!("2026-12-01");
const BANK: &str = "Assets:Bank";
const SALES: &str = "Income:Sales";

/// How many grants are recorded at once.
const BATCH: usize = 100;

pub struct DoubleEntry<D: Dialect> {
    name: &'static str,
    ledger: Ledger<SqlStore<D>>,
    wallets: Vec<String>,
    clients_max: usize,
    /// Where the file is, if it is one.
    _folder: Option<Folder>,
}

impl DoubleEntry<Postgres> {
    pub async fn on_postgres(place: &Place, accounts: usize, clients_max: usize) -> Self {
        let url = place.database("doubleentry").await.url();
        let store = SqlStore::postgres_with(&url, options(clients_max)).await.expect("a store");
        Self::new("doubleentry", store, accounts, clients_max, None).await
    }
}

impl DoubleEntry<Sqlite> {
    pub async fn on_sqlite(accounts: usize, clients_max: usize) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}?mode=rwc", folder.0.join("doubleentry.db").display());
        let store = SqlStore::sqlite_with(&url, options(clients_max)).await.expect("a store");
        Self::new("doubleentry, on SQLite", store, accounts, clients_max, Some(folder)).await
    }
}

impl<D: Dialect> DoubleEntry<D> {
    async fn new(
        name: &'static str,
        store: SqlStore<D>,
        accounts: usize,
        clients_max: usize,
        folder: Option<Folder>,
    ) -> Self {
        let ledger = Ledger::new(store, LedgerId::new("example.com/studio").expect("an id")).await.expect("a ledger");
        ledger.declare_currency(CREDITS, 2, START).await.expect("a currency");
        ledger.define_months(2026, 1..=12).await.expect("months");
        ledger.open(BANK, AccountKind::Asset, START).await.expect("an account");
        ledger.open(SALES, AccountKind::Income, START).await.expect("an account");
        let wallets: Vec<_> = (0..accounts).map(|at| format!("Liabilities:Wallets:user-{at}")).collect();
        for wallet in &wallets {
            ledger.open(wallet.as_str(), AccountKind::Liability, START).await.expect("an account");
            ledger.set_limit(wallet.as_str(), BalanceLimit::NoDebitBalance, START).await.expect("a limit");
        }
        for wallets in wallets.chunks(BATCH) {
            let grants = wallets.iter().map(|wallet| {
                let entry = Entry::new(format!("grant-{wallet}"), TODAY).debit(BANK, amount(GIVEN), CREDITS);
                entry.credit(wallet.as_str(), amount(GIVEN), CREDITS)
            });
            ledger.record_batch(grants).await.expect("grants");
        }
        Self { name, ledger, wallets, clients_max, _folder: folder }
    }

    /// What moves so many credits from a wallet to the sales.
    fn moved(&self, entry: Entry, account: usize, credits: i64) -> Entry {
        let wallet = self.wallets[account].as_str();
        entry.debit(wallet, amount(credits), CREDITS).credit(SALES, amount(credits), CREDITS)
    }

    async fn record(&self, entry: Entry) -> Result<EntryId, String> {
        self.ledger.record(entry).await.map(|recorded| recorded.id).map_err(|error| error.to_string())
    }

    async fn whole(&self, wallet: &str, query: &BalanceQuery) -> i64 {
        let minor = self.ledger.balance(wallet, CREDITS, query).await.expect("a balance").net().to_minor();
        assert_eq!(minor % 100, 0, "whole credits");
        (minor / 100).try_into().expect("credits")
    }
}

impl<D: Dialect + Send + Sync> Contestant for DoubleEntry<D> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn accounts(&self) -> usize {
        self.wallets.len()
    }

    fn clients_max(&self) -> usize {
        self.clients_max
    }

    fn refuses(&self) -> bool {
        true
    }

    fn pair(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let hold = Entry::open_hold(key(), TODAY).expires(TOMORROW);
            let hold = self.record(self.moved(hold, account, amount)).await.map_err(Failed::at_once)?;
            let settlement = Entry::post_hold(key(), TODAY, hold, PostAmount::Full);
            self.record(settlement).await.map(drop).map_err(Failed::later)
        })
    }

    fn charge(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let charge = self.moved(Entry::new(key(), TODAY), account, amount);
            self.record(charge).await.map(drop).map_err(Failed::at_once)
        })
    }

    fn sums(&self) -> Act<'_, Sums> {
        Box::pin(async move {
            let mut accounts = Vec::with_capacity(self.wallets.len());
            for wallet in &self.wallets {
                let settled = self.whole(wallet, &BalanceQuery::all()).await;
                let pending = self.whole(wallet, &BalanceQuery::all().pending()).await;
                accounts.push((-settled - pending, pending));
            }
            Sums::of(accounts)
        })
    }
}

/// A folder for temporary files that goes when this does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("studio-credits-peers-{}", process::id()));
        fs::create_dir(&path).expect("a folder in the folder for temporary files");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whatever stays behind is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn options(clients_max: usize) -> SqlOptions {
    SqlOptions { max_connections: clients_max.try_into().expect("a number of clients"), ..SqlOptions::default() }
}

fn key() -> String {
    Uuid::now_v7().to_string()
}

fn amount(credits: i64) -> Amount {
    Amount::from_major(credits.into()).expect("an amount")
}
