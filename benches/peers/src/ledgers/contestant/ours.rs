//! `studio-credits`, with lanes, over its store for PostgreSQL: one ledger of one process, which all clients share.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Model, Settlement, Spend, Studio, Unit, Work,
    journal::Command,
    ledger::{Ledger, LedgerError},
    store::{
        PostgresStore,
        postgres::deadpool_postgres::{Manager, Pool, QueueMode},
    },
};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;
use uuid::Uuid;

use super::{Act, Contestant, Failed, GIVEN, Sums};
use crate::place::Place;

/// How many connections there are for all of the clients.
const CONNECTIONS: usize = 8;

pub struct Ours {
    ledger: Arc<Ledger<PostgresStore>>,
    accounts: Vec<AccountId>,
    clients_max: usize,
}

impl Ours {
    pub async fn new(place: &Place, accounts: usize, clients_max: usize) -> Self {
        let config = place.database("ours").await.config();
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(CONNECTIONS).queue_mode(QueueMode::Lifo);
        let pool = pool.build().expect("a pool");
        PostgresStore::migrate(&pool).await.expect("tables");
        let store = PostgresStore::open(pool).await.expect("a store");
        let ledger = Ledger::new(store, Unit::new("credits").expect("a unit"));
        let ledger = Arc::new(ledger.with_pause(tokio::time::sleep).with_lanes());
        let accounts: Vec<_> = (0..accounts).map(account).collect();
        let mut grants = JoinSet::new();
        for account in accounts.clone() {
            let ledger = ledger.clone();
            grants.spawn(async move {
                let grant = Grant::new(GrantKind::Free, whole(GIVEN)).expect("a grant");
                ledger.grant(&account, &key("grant"), grant, now()).await.expect("credits");
            });
        }
        grants.join_all().await;
        Self { ledger, accounts, clients_max }
    }

    /// Asks until it is done, as a client would.
    async fn run(&self, account: usize, name: &str, command: Command) -> Result<(), String> {
        let key = key(name);
        loop {
            match self.ledger.run(&self.accounts[account], &key, command.clone(), now()).await {
                Ok(_) => return Ok(()),
                Err(LedgerError::Busy { .. } | LedgerError::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

impl Contestant for Ours {
    fn name(&self) -> &'static str {
        "studio-credits"
    }

    fn accounts(&self) -> usize {
        self.accounts.len()
    }

    fn clients_max(&self) -> usize {
        self.clients_max
    }

    fn refuses(&self) -> bool {
        true
    }

    fn pair(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let name = Uuid::now_v7().to_string();
            self.run(account, &name, Command::Hold(spend(amount))).await.map_err(Failed::at_once)?;
            let settle = Command::Settle { hold: name.parse().expect("a hold"), settlement: Settlement::whole() };
            self.run(account, &format!("{name}/end"), settle).await.map_err(Failed::later)
        })
    }

    fn charge(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let name = Uuid::now_v7().to_string();
            self.run(account, &name, Command::Charge(spend(amount))).await.map_err(Failed::at_once)
        })
    }

    fn sums(&self) -> Act<'_, Sums> {
        Box::pin(async move {
            let mut looks = JoinSet::new();
            for account in self.accounts.clone() {
                let ledger = self.ledger.clone();
                looks.spawn(async move { ledger.balance(&account, now()).await.expect("a balance") });
            }
            let balances = looks.join_all().await;
            Sums::of(balances.into_iter().map(|balance| (number(balance.available), number(balance.held))))
        })
    }
}

fn spend(amount: i64) -> Spend {
    let work = Work::new(Studio::new("image").expect("a studio"), Model::new("flux").expect("a model"));
    Spend::new(work, whole(amount)).expect("an amount")
}

fn account(number: usize) -> AccountId {
    AccountId::new(&format!("user-{number}")).expect("a name")
}

fn whole(amount: i64) -> Credits {
    Credits::from_whole(amount.try_into().expect("an amount"))
}

fn number(amount: Credits) -> i64 {
    let amount = Decimal::from(amount);
    assert!(amount.is_integer(), "whole credits");
    amount.to_i64().expect("credits")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_795_000_000)
}
