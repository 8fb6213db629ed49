//! `sqlx-ledger`, by templates, as its documentation shows. A transaction's id is its key.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use sqlx::postgres::PgPoolOptions;
use sqlx_ledger::{
    AccountId, Currency, JournalId, SqlxLedger, TransactionId,
    account::NewAccount,
    journal::NewJournal,
    tx_template::{EntryInput, NewTxTemplate, ParamDataType, ParamDefinition, TxInput, TxParams},
};
use uuid::Uuid;

use super::{
    Act, Contestant, Failed, GIVEN, Sums,
    template::{AMOUNT, CHARGE, CURRENCY, GRANT, HOLD, SALES, SETTLEMENT, TEMPLATES, Template, WALLET},
};
use crate::place::Place;

pub struct Galoy {
    ledger: SqlxLedger,
    journal: JournalId,
    wallets: Vec<AccountId>,
    sales: Vec<AccountId>,
    clients_max: usize,
}

impl Galoy {
    pub async fn new(place: &Place, accounts: usize, clients_max: usize) -> Self {
        let database = place.database("sqlx_ledger").await;
        database.connect().await.batch_execute(include_str!("sqlx_ledger.sql")).await.expect("tables");
        let connections = u32::try_from(clients_max).expect("a number of clients");
        let pool = PgPoolOptions::new().max_connections(connections).connect(&database.url()).await.expect("a pool");
        let ledger = SqlxLedger::new(&pool);

        let journal = NewJournal::builder().name("studio").build().expect("a journal");
        let journal = ledger.journals().create(journal).await.expect("a journal");
        for template in &TEMPLATES {
            ledger.tx_templates().create(of(template, journal)).await.expect("a template");
        }
        let wallets = opened(&ledger, "wallet", accounts).await;
        let sales = opened(&ledger, "sales", accounts).await;
        let galoy = Self { ledger, journal, wallets, sales, clients_max };
        for account in 0..accounts {
            galoy.post(GRANT, account, GIVEN).await.expect("a grant");
        }
        galoy
    }

    async fn post(&self, code: &str, account: usize, amount: i64) -> Result<(), String> {
        let mut params = TxParams::new();
        params.insert(WALLET, self.wallets[account]);
        params.insert(SALES, self.sales[account]);
        params.insert(AMOUNT, Decimal::from(amount));
        let posted = self.ledger.post_transaction(TransactionId::new(), code, Some(params)).await;
        posted.map_err(|error| error.to_string())
    }
}

impl Contestant for Galoy {
    fn name(&self) -> &'static str {
        "sqlx-ledger"
    }

    fn accounts(&self) -> usize {
        self.wallets.len()
    }

    fn clients_max(&self) -> usize {
        self.clients_max
    }

    fn refuses(&self) -> bool {
        false
    }

    fn pair(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            self.post(HOLD, account, amount).await.map_err(Failed::at_once)?;
            self.post(SETTLEMENT, account, amount).await.map_err(Failed::later)
        })
    }

    fn charge(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move { self.post(CHARGE, account, amount).await.map_err(Failed::at_once) })
    }

    fn sums(&self) -> Act<'_, Sums> {
        Box::pin(async move {
            let currency = CURRENCY.parse::<Currency>().expect("a currency");
            let found = self.ledger.balances().find_all(self.journal, self.wallets.clone()).await.expect("balances");
            assert_eq!(found.len(), self.wallets.len(), "a balance each");
            Sums::of(found.values().map(|balances| {
                let balance = &balances[&currency];
                let (settled, pending) = (whole(balance.settled()), whole(balance.pending()));
                (settled + pending, -pending)
            }))
        })
    }
}

fn of(template: &Template, journal: JournalId) -> NewTxTemplate {
    let param = |name: &str, kind| ParamDefinition::builder().name(name).r#type(kind).build().expect("a parameter");
    let entries = template.lines.iter().map(|line| {
        EntryInput::builder()
            .entry_type(format!("'{}_{}_{}'", template.code, line.layer, line.direction))
            .account_id(format!("params.{}", line.account))
            .layer(format!("'{}'", line.layer))
            .direction(format!("'{}'", line.direction))
            .units(format!("params.{AMOUNT}"))
            .currency(format!("'{CURRENCY}'"))
            .build()
            .expect("an entry")
    });
    let input = TxInput::builder().effective("date()").journal_id(format!("uuid('{journal}')")).build();
    NewTxTemplate::builder()
        .id(Uuid::now_v7())
        .code(template.code)
        .params(vec![
            param(WALLET, ParamDataType::UUID),
            param(SALES, ParamDataType::UUID),
            param(AMOUNT, ParamDataType::DECIMAL),
        ])
        .tx_input(input.expect("a transaction"))
        .entries(entries.collect())
        .build()
        .expect("a template")
}

async fn opened(ledger: &SqlxLedger, kind: &str, count: usize) -> Vec<AccountId> {
    let mut ids = Vec::with_capacity(count);
    for at in 0..count {
        let name = format!("{kind}-{at}");
        let account = NewAccount::builder().id(Uuid::now_v7()).name(name.clone()).code(name).build();
        ids.push(ledger.accounts().create(account.expect("an account")).await.expect("an account"));
    }
    ids
}

fn whole(amount: Decimal) -> i64 {
    assert!(amount.is_integer(), "whole credits");
    amount.to_i64().expect("credits")
}
