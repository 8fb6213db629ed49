//! `cala-ledger`, by templates, as its documentation shows. A transaction's id is its key.

use cala_ledger::{
    AccountId, CalaLedger, CalaLedgerConfig, Currency, DebitOrCredit, JournalId, TransactionId,
    account::NewAccount,
    job::{JobSvcConfig, Jobs},
    journal::NewJournal,
    tx_template::{
        NewParamDefinition, NewTxTemplate, NewTxTemplateEntry, NewTxTemplateTransaction, ParamDataType, Params,
    },
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use super::{
    Act, Contestant, Failed, GIVEN, Sums,
    template::{AMOUNT, CHARGE, CURRENCY, GRANT, HOLD, SALES, SETTLEMENT, TEMPLATES, Template, WALLET},
};
use crate::place::Place;

pub struct Cala {
    ledger: CalaLedger,
    journal: JournalId,
    wallets: Vec<AccountId>,
    sales: Vec<AccountId>,
    clients_max: usize,
    /// Would be stopped if it were dropped.
    _jobs: Jobs,
}

impl Cala {
    pub async fn new(place: &Place, accounts: usize, clients_max: usize) -> Self {
        let url = place.database("cala_ledger").await.url();
        let connections = u32::try_from(clients_max).expect("a number of clients");
        let pool = PgPoolOptions::new().max_connections(connections).connect(&url).await.expect("a pool");
        let config = JobSvcConfig::builder().pool(pool.clone()).exec_migrations(false).build().expect("settings");
        let mut jobs = Jobs::init(config).await.expect("jobs");
        let config = CalaLedgerConfig::builder().pool(pool).exec_migrations(true).build().expect("settings");
        let ledger = CalaLedger::init(config, &mut jobs).await.expect("a ledger");

        let journal = JournalId::new();
        ledger.journals().create(NewJournal::builder().id(journal).name("studio").build()).await.expect("a journal");
        for template in &TEMPLATES {
            ledger.tx_templates().create(of(template, journal)).await.expect("a template");
        }
        let wallets = opened(&ledger, "wallet", DebitOrCredit::Credit, accounts).await;
        let sales = opened(&ledger, "sales", DebitOrCredit::Credit, accounts).await;
        let cala = Self { ledger, journal, wallets, sales, clients_max, _jobs: jobs };
        for account in 0..accounts {
            cala.post(GRANT, account, GIVEN).await.expect("a grant");
        }
        cala
    }

    async fn post(&self, code: &str, account: usize, amount: i64) -> Result<(), String> {
        let mut params = Params::new();
        params.insert(WALLET, self.wallets[account]);
        params.insert(SALES, self.sales[account]);
        params.insert(AMOUNT, Decimal::from(amount));
        let posted = self.ledger.post_transaction(TransactionId::new(), code, params).await;
        posted.map(drop).map_err(|error| format!("{error:?}"))
    }
}

impl Contestant for Cala {
    fn name(&self) -> &'static str {
        "cala-ledger"
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
            let ids: Vec<_> = self.wallets.iter().map(|wallet| (self.journal, *wallet, currency)).collect();
            let balances = self.ledger.balances().find_all(&ids).await.expect("balances");
            assert_eq!(balances.len(), ids.len(), "a balance each");
            Sums::of(balances.values().map(|balance| {
                let (settled, pending) = (whole(balance.settled()), whole(balance.pending()));
                (settled + pending, -pending)
            }))
        })
    }
}

fn of(template: &Template, journal: JournalId) -> NewTxTemplate {
    let param = |name: &str, kind| NewParamDefinition::builder().name(name).r#type(kind).build().expect("a parameter");
    let entries = template.lines.iter().map(|line| {
        NewTxTemplateEntry::builder()
            .entry_type(format!("'{}_{}_{}'", template.code, line.layer, line.direction))
            .account_id(format!("params.{}", line.account))
            .layer(line.layer)
            .direction(line.direction)
            .units(format!("params.{AMOUNT}"))
            .currency(format!("'{CURRENCY}'"))
            .build()
            .expect("an entry")
    });
    let transaction =
        NewTxTemplateTransaction::builder().effective("date()").journal_id(format!("uuid('{journal}')")).build();
    NewTxTemplate::builder()
        .id(Uuid::now_v7())
        .code(template.code)
        .params(vec![
            param(WALLET, ParamDataType::Uuid),
            param(SALES, ParamDataType::Uuid),
            param(AMOUNT, ParamDataType::Decimal),
        ])
        .transaction(transaction.expect("a transaction"))
        .entries(entries.collect())
        .build()
}

async fn opened(ledger: &CalaLedger, kind: &str, side: DebitOrCredit, count: usize) -> Vec<AccountId> {
    let ids: Vec<_> = (0..count).map(|_| AccountId::new()).collect();
    let accounts = ids.iter().enumerate().map(|(at, id)| {
        let name = format!("{kind}-{at}");
        NewAccount::builder().id(*id).name(name.clone()).code(name).normal_balance_type(side).build()
    });
    ledger.accounts().create_all(accounts.collect()).await.expect("accounts");
    ids
}

fn whole(amount: Decimal) -> i64 {
    assert!(amount.is_integer(), "whole credits");
    amount.to_i64().expect("credits")
}
