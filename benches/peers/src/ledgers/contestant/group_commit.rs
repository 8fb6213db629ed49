//! The least that a group commit takes: whatever waits goes as one statement, which guards the sums of each account and
//! inserts four numbers for each command.
//!
//! Nothing says what a hold was for, how long it lasts, or whether there was one: the caller is believed. It is no
//! ledger, but the mark that one can be measured by.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task,
};
use tokio_postgres::{Client, Statement, types::ToSql};
use uuid::Uuid;

use super::{Act, Contestant, Failed, GIVEN, Sums};
use crate::place::Place;

const TABLES: &str = "
    CREATE TABLE account (id int8 PRIMARY KEY, balance int8 NOT NULL, held int8 NOT NULL DEFAULT 0)
        WITH (fillfactor = 50);
    CREATE TABLE entry (key uuid PRIMARY KEY, account int8 NOT NULL, taken int8 NOT NULL, held int8 NOT NULL);";

const MOVE: &str = "
    WITH asked AS (
        SELECT unnest((SELECT $1::int8[])) AS account, unnest($2::int8[]) AS taken, unnest($3::int8[]) AS held
    ), moved AS (
        UPDATE account SET balance = account.balance - asked.taken, held = account.held + asked.held
        FROM asked WHERE id = asked.account AND account.balance - account.held >= asked.taken + asked.held
        RETURNING id
    ), noted AS (
        INSERT INTO entry (key, account, taken, held)
        SELECT new.key, new.account, new.taken, new.held
        FROM (
            SELECT unnest((SELECT $4::uuid[])) AS key, unnest($5::int8[]) AS account, unnest($6::int8[]) AS taken,
                unnest($7::int8[]) AS held
        ) AS new
        WHERE new.account IN (SELECT id FROM moved)
    )
    SELECT id FROM moved";

const SUMS: &str = "
    SELECT sum(balance - held)::int8, sum(held)::int8, min(balance - held)::int8 FROM account";

/// How many statements are under way at once: with one, or with three, it does less.
const WIDTH: usize = 2;
/// How many commands are in one at most.
const BATCH: usize = 256;

pub struct GroupCommit {
    accounts: usize,
    clients_max: usize,
    queue: mpsc::Sender<Asked>,
    client: Client,
}

struct Asked {
    key: Uuid,
    account: i64,
    taken: i64,
    held: i64,
    answer: oneshot::Sender<bool>,
}

impl GroupCommit {
    pub async fn new(place: &Place, accounts: usize, clients_max: usize) -> Self {
        let database = place.database("group_commit").await;
        let client = database.connect().await;
        client.batch_execute(TABLES).await.expect("tables");
        let given = format!(
            "INSERT INTO account (id, balance) SELECT id, {GIVEN} FROM generate_series(0, {accounts} - 1) AS id"
        );
        client.batch_execute(&given).await.expect("credits");
        let (queue, asked) = mpsc::channel(1_024);
        let asked = Arc::new(Mutex::new(asked));
        for _ in 0..WIDTH {
            let client = database.connect().await;
            let statement = client.prepare(MOVE).await.expect("a statement");
            tokio::spawn(carry(client, statement, asked.clone()));
        }
        Self { accounts, clients_max, queue, client }
    }

    async fn run(&self, key: Uuid, account: usize, taken: i64, held: i64) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        let account = i64::try_from(account).expect("an account");
        self.queue.send(Asked { key, account, taken, held, answer }).await.map_err(|error| error.to_string())?;
        match answered.await {
            Ok(true) => Ok(()),
            Ok(false) => Err("not enough credits".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Sends what waits, over and over.
async fn carry(client: Client, statement: Statement, waiting: Arc<Mutex<mpsc::Receiver<Asked>>>) {
    loop {
        // Whoever is ready to ask does so first, and travels along.
        task::yield_now().await;
        let mut batch = Vec::with_capacity(BATCH);
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let mut sums = BTreeMap::<_, [i64; 2]>::new();
        for asked in &batch {
            let [taken, held] = sums.entry(asked.account).or_default();
            *taken += asked.taken;
            *held += asked.held;
        }
        let accounts: Vec<_> = sums.keys().copied().collect();
        let [taken, held] = [0, 1].map(|at| sums.values().map(|sum| sum[at]).collect::<Vec<_>>());
        let keys: Vec<_> = batch.iter().map(|asked| asked.key).collect();
        let column = |of: fn(&Asked) -> i64| batch.iter().map(of).collect::<Vec<_>>();
        let entries = [column(|asked| asked.account), column(|asked| asked.taken), column(|asked| asked.held)];
        let values: [&(dyn ToSql + Sync); 7] = [&accounts, &taken, &held, &keys, &entries[0], &entries[1], &entries[2]];
        let rows = client.query(&statement, &values).await.expect("every key is a new one");
        let moved: BTreeSet<i64> = rows.iter().map(|row| row.get(0)).collect();
        for Asked { account, answer, .. } in batch {
            answer.send(moved.contains(&account)).expect("somebody who waits");
        }
    }
}

impl Contestant for GroupCommit {
    fn name(&self) -> &'static str {
        "least group commit"
    }

    fn accounts(&self) -> usize {
        self.accounts
    }

    fn clients_max(&self) -> usize {
        self.clients_max
    }

    fn refuses(&self) -> bool {
        true
    }

    fn pair(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move {
            let key = Uuid::now_v7();
            self.run(key, account, 0, amount).await.map_err(Failed::at_once)?;
            // The same for each settlement of one hold, so that there is one at most.
            let end = Uuid::from_u128(key.as_u128() ^ 1);
            self.run(end, account, amount, -amount).await.map_err(Failed::later)
        })
    }

    fn charge(&self, _: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>> {
        Box::pin(async move { self.run(Uuid::now_v7(), account, amount, 0).await.map_err(Failed::at_once) })
    }

    fn sums(&self) -> Act<'_, Sums> {
        Box::pin(async move {
            let row = self.client.query_one(SUMS, &[]).await.expect("sums");
            Sums { available: row.get(0), held: row.get(1), least: row.get(2) }
        })
    }
}
