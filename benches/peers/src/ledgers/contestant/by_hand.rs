//! What most teams write: one guarded `UPDATE` and one `INSERT` in one prepared statement, one connection a client.
//!
//! The primary key of what is inserted is the idempotency key, so that nothing is taken twice.

use tokio_postgres::{Client, Statement, types::ToSql};
use uuid::Uuid;

use super::{Act, Contestant, Failed, GIVEN, Sums};
use crate::place::Place;

const HOLD: &str = "
    WITH guarded AS (
        UPDATE account SET held = held + $3::int8 WHERE id = $2 AND balance - held >= $3::int8 RETURNING id
    ), noted AS (
        INSERT INTO hold (id, account, amount) SELECT $1, id, $3::int8 FROM guarded
    )
    SELECT 1 FROM guarded";

const SETTLE: &str = "
    WITH closed AS (
        UPDATE hold SET settled = $2::int8
        WHERE id = $1 AND settled IS NULL AND amount >= $2::int8 RETURNING account, amount
    ), taken AS (
        UPDATE account SET balance = balance - $2::int8, held = held - closed.amount
        FROM closed WHERE id = closed.account RETURNING id, balance
    ), noted AS (
        INSERT INTO charge (key, account, amount, remaining) SELECT $1, id, $2::int8, balance FROM taken
    )
    SELECT 1 FROM taken";

const CHARGE: &str = "
    WITH guarded AS (
        UPDATE account SET balance = balance - $3::int8
        WHERE id = $2 AND balance - held >= $3::int8 RETURNING id, balance
    ), noted AS (
        INSERT INTO charge (key, account, amount, remaining) SELECT $1, id, $3::int8, balance FROM guarded
    )
    SELECT 1 FROM guarded";

const SUMS: &str = "
    SELECT sum(balance - held)::int8, sum(held)::int8, min(balance - held)::int8,
        (SELECT coalesce(sum(amount), 0) FROM charge)::int8
    FROM account";

pub struct ByHand {
    accounts: usize,
    connections: Vec<Connection>,
}

struct Connection {
    client: Client,
    hold: Statement,
    settle: Statement,
    charge: Statement,
}

impl ByHand {
    pub async fn new(place: &Place, accounts: usize, clients: usize) -> Self {
        let database = place.database("by_hand").await;
        let client = database.connect().await;
        client.batch_execute(include_str!("by_hand.sql")).await.expect("tables");
        let given = format!(
            "INSERT INTO account (id, balance) SELECT id, {GIVEN} FROM generate_series(0, {accounts} - 1) AS id"
        );
        client.batch_execute(&given).await.expect("credits");
        let mut connections = Vec::with_capacity(clients);
        for _ in 0..clients {
            let client = database.connect().await;
            let hold = client.prepare(HOLD).await.expect("a statement");
            let settle = client.prepare(SETTLE).await.expect("a statement");
            let charge = client.prepare(CHARGE).await.expect("a statement");
            connections.push(Connection { client, hold, settle, charge });
        }
        Self { accounts, connections }
    }
}

impl Contestant for ByHand {
    fn name(&self) -> &'static str {
        "guarded `UPDATE` by hand"
    }

    fn accounts(&self) -> usize {
        self.accounts
    }

    fn clients_max(&self) -> usize {
        self.connections.len()
    }

    fn refuses(&self) -> bool {
        true
    }

    fn pair(&self, client: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let Connection { client, hold, settle, .. } = &self.connections[client];
            let key = Uuid::now_v7();
            run(client, hold, &[&key, &id(account), &amount]).await.map_err(Failed::at_once)?;
            run(client, settle, &[&key, &amount]).await.map_err(Failed::later)
        })
    }

    fn charge(&self, client: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let Connection { client, charge, .. } = &self.connections[client];
            run(client, charge, &[&Uuid::now_v7(), &id(account), &amount]).await.map_err(Failed::at_once)
        })
    }

    fn sums(&self) -> Act<'_, Sums> {
        Box::pin(async move {
            let row = self.connections[0].client.query_one(SUMS, &[]).await.expect("sums");
            let (available, held, charged): (i64, i64, i64) = (row.get(0), row.get(1), row.get(3));
            let given = GIVEN * i64::try_from(self.accounts).expect("a number of accounts");
            assert_eq!(given - charged, available + held, "what was charged is what is gone");
            Sums { available, held, least: row.get(2) }
        })
    }
}

async fn run(client: &Client, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<(), String> {
    match client.execute(statement, values).await {
        Ok(1) => Ok(()),
        Ok(_) => Err("not enough credits".to_owned()),
        Err(error) => Err(format!("{error:?}")),
    }
}

fn id(account: usize) -> i64 {
    i64::try_from(account).expect("an account")
}
