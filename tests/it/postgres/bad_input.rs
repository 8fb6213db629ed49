//! What is wrong with a database, told so that somebody can mend it; nothing is half written.

use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::store::postgres::PostgresSchema;
use studio_credits::store::postgres::tokio_postgres::Config;
use studio_credits::store::{Fate, Freshness, LedgerStore, SchemaError, StoreError};

use super::place::{Place, RUNTIME, own_server, pool};
use super::studio::{account, gift, key, ledger, now};

fn refused(place: &Place) -> String {
    RUNTIME.block_on(place.schema.open(place.direct.clone())).unwrap_err().to_string()
}

#[test]
fn a_database_without_tables() {
    let Some(place) = Place::bare() else { return };
    assert_eq!(refused(&place), "there are no tables of version 1: run `migrate` once");
}

#[test]
fn tables_of_an_earlier_or_a_later_build() {
    let Some(place) = Place::new() else { return };
    place.run("UPDATE {s}.migration SET version = 0");
    assert_eq!(refused(&place), "the tables are of version 0, and this build needs 1: run `migrate`");
    place.run("UPDATE {s}.migration SET version = 7");
    let newer = "the tables are of version 7, and this build knows 1 at most: run a newer build";
    assert_eq!(refused(&place), newer);
    let migrated = RUNTIME.block_on(place.schema.migrate(&place.direct));
    assert_eq!(migrated.unwrap_err().to_string(), newer);
}

#[test]
fn tables_that_somebody_edited() {
    for (edit, what) in [
        ("DROP TABLE {s}.record", "there is no table `record`"),
        ("ALTER TABLE {s}.account DROP COLUMN held", "there is no column `held` in table `account`"),
        (
            "ALTER TABLE {s}.entry ALTER COLUMN seq TYPE int4",
            "column `seq` of table `entry` is `integer not null`, not `bigint not null`",
        ),
        (
            "ALTER TABLE {s}.account ALTER COLUMN body TYPE text COLLATE \"default\"",
            "column `body` of table `account` is `text default not null`, not `text C not null`",
        ),
        (
            "ALTER TABLE {s}.record ALTER COLUMN done_at SET NOT NULL",
            "column `done_at` of table `record` is `timestamp with time zone not null`, not `timestamp with time zone`",
        ),
        (
            "ALTER TABLE {s}.entry DROP CONSTRAINT entry_pkey",
            "the primary key of table `entry` is none, not `(account, seq)`",
        ),
        (
            "ALTER TABLE {s}.entry SET UNLOGGED",
            "table `entry` does not outlive a crash, as it is unlogged or temporary",
        ),
        (
            "ALTER TABLE {s}.account ADD COLUMN tenant text NOT NULL",
            "column `tenant` of table `account` is a new one that needs a value",
        ),
    ] {
        let Some(place) = Place::new() else { return };
        place.run(edit);
        assert_eq!(refused(&place), format!("the tables are not as `migrate` made them: {what}"), "{edit}");
    }
    let Some(place) = Place::new() else { return };
    place.run("ALTER TABLE {s}.account ADD COLUMN note text; CREATE INDEX ON {s}.entry (at)");
    place.direct_store();
}

#[test]
fn a_migration_is_done_once_by_whoever_comes_first() {
    let Some(place) = Place::bare() else { return };
    let migrations: Vec<_> = (0..8).map(|_| (place.schema.clone(), place.pool())).collect();
    let migrations = migrations.into_iter().map(|(schema, pool)| {
        RUNTIME.spawn(async move { schema.migrate(&pool).await.map_err(|error| error.to_string()) })
    });
    for migration in migrations.collect::<Vec<_>>() {
        RUNTIME.block_on(migration).unwrap().unwrap();
    }
    place.direct_store();
}

#[test]
fn a_host_may_run_the_migrations_by_itself() {
    let Some(place) = Place::bare() else { return };
    for step in place.schema.migrations() {
        place.run(&step.sql);
    }
    place.direct_store();
}

#[test]
fn names_that_a_schema_cannot_have() {
    let long = "a".repeat(64);
    for name in ["", "Credits", "1st", "pg_credits", "a-b", "a\"b", "é", &long] {
        let error = PostgresSchema::named(name).unwrap_err();
        assert!(matches!(error, SchemaError::Name { .. }), "{name}: {error}");
    }
    let told = "`a-b` is no name for a schema: 1 to 63 of a to z, 0 to 9 and `_`, not beginning with a digit or `pg_`";
    assert_eq!(PostgresSchema::named("a-b").unwrap_err().to_string(), told);
    assert!(PostgresSchema::named(&long[..63]).is_ok());
    assert!(PostgresSchema::named("user").is_ok(), "names are quoted");
}

#[test]
fn an_address_where_nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let refused = |config: &Config| {
        RUNTIME.block_on(PostgresSchema::default().open(pool(config.clone()))).unwrap_err().to_string()
    };
    let mut config = Config::new();
    config.user("postgres");
    assert_eq!(refused(&config), "invalid configuration: both host and hostaddr are missing");
    config.host("127.0.0.1").port(port);
    assert_eq!(refused(&config), "error connecting to server: Connection refused (os error 111)");
}

#[test]
fn rows_that_are_cut_short() {
    let Some(place) = Place::new() else { return };
    let store = place.direct_store();
    RUNTIME.block_on(ledger(store.clone()).grant(&account(7), &key("gift"), gift(), now())).unwrap();
    place.run("UPDATE {s}.entry SET body = left(body, 20); UPDATE {s}.record SET body = left(body, 20)");
    let error = RUNTIME.block_on(store.entries(&account(7), 0, 10)).unwrap_err();
    let told = "entry 1 of account `user-7` does not read: EOF while parsing a string at line 1 column 20";
    assert_eq!((error.fate(), error.to_string().as_str()), (Fate::Fatal, told));
    let names = ["gift"].map(|name| studio_credits::journal::RecordName::Receipt(key(name)));
    let error = RUNTIME.block_on(store.load(&account(7), &names, Freshness::Latest)).unwrap_err();
    let told = "record `receipt/gift` of account `user-7` does not read: EOF while parsing";
    assert_eq!(error.fate(), Fate::Fatal);
    assert!(error.to_string().starts_with(told), "{error}");
}

#[test]
fn records_without_a_head() {
    let Some(place) = Place::new() else { return };
    let ledger = Ledger::new(place.direct_store(), "credits".parse().unwrap());
    RUNTIME.block_on(ledger.grant(&account(7), &key("gift"), gift(), now())).unwrap();
    place.run("DELETE FROM {s}.account");
    let error = RUNTIME.block_on(ledger.grant(&account(7), &key("gift"), gift(), now())).unwrap_err();
    assert_eq!(error.to_string(), "account `user-7` is corrupt at entry 0: it has records, and no head");
}

#[test]
fn a_snapshot_of_another_format_is_folded_anew() {
    let Some(place) = Place::new() else { return };
    let store = place.direct_store();
    let ledger = Ledger::new(store.clone(), "credits".parse().unwrap());
    RUNTIME.block_on(ledger.grant(&account(7), &key("gift"), gift(), now())).unwrap();
    let before = RUNTIME.block_on(ledger.balance(&account(7), now())).unwrap();
    place.run("UPDATE {s}.account SET body = replace(body, '\"format\":1', '\"format\":2')");
    let head = RUNTIME.block_on(store.load(&account(7), &[], Freshness::Latest)).unwrap().head.unwrap();
    assert_eq!((head.version, head.seq, head.snapshot), (1, 2, None));
    assert_eq!(RUNTIME.block_on(ledger.balance(&account(7), now())).unwrap(), before);
}

/// What becomes of a grant over connections with some options.
fn with_options(place: &Place, options: &str) -> Result<(), StoreError> {
    let mut config = place.proxy.config();
    config.options(options);
    let store = RUNTIME.block_on(place.schema.open(pool(config))).unwrap();
    let ledger = Ledger::new(store, "credits".parse().unwrap()).with_attempts(1);
    match RUNTIME.block_on(ledger.grant(&account(7), &key("late"), gift(), now())) {
        Ok(_) => Ok(()),
        Err(LedgerError::Unavailable { source }) => Err(source),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_server_that_only_reads() {
    let Some(place) = Place::new() else { return };
    let error = with_options(&place, "-c default_transaction_read_only=on").unwrap_err();
    let told = "the server says: cannot execute SELECT in a read-only transaction (SQLSTATE 25006)";
    assert_eq!((error.fate(), error.to_string().as_str()), (Fate::NotWritten, told));
}

#[test]
fn tables_that_are_gone() {
    let Some(place) = Place::new() else { return };
    let store = place.direct_store();
    place.run("DROP TABLE {s}.record");
    let error = RUNTIME.block_on(store.load(&account(7), &[], Freshness::Latest)).unwrap_err();
    assert_eq!(error.fate(), Fate::Fatal);
    let told = format!("the server says: relation \"{}.record\" does not exist (SQLSTATE 42P01)", place.schema);
    assert_eq!(error.to_string(), told);
}

#[test]
fn a_lock_that_somebody_holds_keeps_nobody_else() {
    let Some(place) = Place::new() else { return };
    let mut config = place.proxy.config();
    config.options("-c lock_timeout=100ms");
    let store = RUNTIME.block_on(place.schema.open(pool(config))).unwrap();
    RUNTIME.block_on(async {
        let ledger = std::sync::Arc::new(ledger(store).with_attempts(1));
        for number in 0..9 {
            ledger.grant(&account(number), &key("gift"), gift(), now()).await.unwrap();
        }
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let sql = format!("SELECT FROM {}.account WHERE account = 'user-4' FOR UPDATE", place.schema);
        transaction.execute(&sql, &[]).await.unwrap();
        let mut grants = tokio::task::JoinSet::new();
        for number in 0..9 {
            let ledger = ledger.clone();
            grants.spawn(async move { (number, ledger.grant(&account(number), &key("more"), gift(), now()).await) });
        }
        while let Some(grant) = grants.join_next().await {
            match grant.unwrap() {
                (4, answer) => {
                    let told = "canceling statement due to lock timeout (SQLSTATE 55P03)";
                    assert!(answer.unwrap_err().to_string().contains(told));
                }
                (_, answer) => drop(answer.unwrap()),
            }
        }
        transaction.rollback().await.unwrap();
        ledger.grant(&account(4), &key("more"), gift(), now()).await.unwrap();
    });
}

#[test]
fn a_role_without_some_right_writes_nothing() {
    let Some(place) = Place::new() else { return };
    place.run(
        "CREATE ROLE {s}; GRANT USAGE ON SCHEMA {s} TO {s}; GRANT SELECT ON ALL TABLES IN SCHEMA {s} TO {s};
         GRANT INSERT, UPDATE ON {s}.account, {s}.record TO {s}; GRANT INSERT ON {s}.entry TO {s}",
    );
    let mut config = place.proxy.config();
    config.options(format!("-c role={}", place.schema));
    let [store, direct] = [RUNTIME.block_on(place.schema.open(pool(config))).unwrap(), place.direct_store()];
    let ledger = Ledger::new(store, "credits".parse().unwrap());
    let grant_to =
        |number: usize, name: &str| RUNTIME.block_on(ledger.grant(&account(number), &key(name), gift(), now()));
    let grant = |name: &str| grant_to(7, name);
    grant("gift").unwrap();
    let before = RUNTIME.block_on(direct.entries(&account(7), 0, 10)).unwrap();
    for (right, table) in [
        ("SELECT", "account"),
        ("UPDATE", "account"),
        ("INSERT", "entry"),
        ("SELECT", "record"),
        ("INSERT", "record"),
        ("UPDATE", "record"),
    ] {
        place.run(&format!("REVOKE {right} ON {{s}}.{table} FROM {{s}}"));
        let Err(LedgerError::Unavailable { source }) = grant("more") else { panic!("{right} on {table}") };
        let told = format!("the server says: permission denied for table {table} (SQLSTATE 42501)");
        assert_eq!((source.fate(), source.to_string()), (Fate::Fatal, told), "{right} on {table}");
        let names = [studio_credits::journal::RecordName::Receipt(key("more"))];
        let loaded = RUNTIME.block_on(direct.load(&account(7), &names, Freshness::Latest)).unwrap();
        assert_eq!((loaded.head.unwrap().version, loaded.records.len()), (1, 0), "{right} on {table}");
        assert_eq!(RUNTIME.block_on(direct.entries(&account(7), 0, 10)).unwrap(), before, "{right} on {table}");
        place.run(&format!("GRANT {right} ON {{s}}.{table} TO {{s}}"));
    }
    place.run("REVOKE INSERT ON {s}.account FROM {s}");
    let Err(LedgerError::Unavailable { source }) = grant_to(8, "gift") else { panic!("an account is made") };
    assert_eq!(source.to_string(), "the server says: permission denied for table account (SQLSTATE 42501)");
    assert!(RUNTIME.block_on(direct.load(&account(8), &[], Freshness::Latest)).unwrap().head.is_none());
    grant("more").unwrap();
    place.run("DROP OWNED BY {s}; DROP ROLE {s}");
}

#[test]
fn a_password_that_is_wrong() {
    let Some(server) = own_server("") else { return };
    let config = |password: &str| {
        let mut config: Config = server.url().parse().unwrap();
        config.password(password);
        config
    };
    RUNTIME.block_on(async {
        let [mine, admin] = [config("secret"), config("")].map(pool);
        PostgresSchema::default().migrate(&admin).await.unwrap();
        let admin = admin.get().await.unwrap();
        admin.batch_execute("ALTER USER postgres PASSWORD 'secret'").await.unwrap();
        let file: String = admin.query_one("SHOW hba_file", &[]).await.unwrap().get(0);
        let sql = format!("COPY (SELECT 'local all all scram-sha-256') TO '{file}'; SELECT pg_reload_conf()");
        admin.batch_execute(&sql).await.unwrap();
        let wrong = "the server says: password authentication failed for user \"postgres\" (SQLSTATE 28P01)";
        // The server reads its file when it comes to it.
        let refused = loop {
            match PostgresSchema::default().open(pool(config("guess"))).await {
                Err(error) => break error.to_string(),
                Ok(_) => tokio::task::yield_now().await,
            }
        };
        assert_eq!(refused, wrong);
        let store = PostgresSchema::default().open(mine.clone()).await.unwrap();
        let ledger = Ledger::new(store.clone(), "credits".parse().unwrap()).with_attempts(1);
        ledger.grant(&account(7), &key("gift"), gift(), now()).await.unwrap();
        // Connections that are open stay open; a new one needs the new password.
        admin.batch_execute("ALTER USER postgres PASSWORD 'another'").await.unwrap();
        ledger.grant(&account(7), &key("more"), gift(), now()).await.unwrap();
        mine.retain(|_, _| false);
        let answer = ledger.grant(&account(7), &key("last"), gift(), now()).await;
        let Err(LedgerError::Unavailable { source }) = answer else { panic!("{answer:?}") };
        assert_eq!((source.fate(), source.to_string().as_str()), (Fate::NotWritten, wrong));
        admin.batch_execute("ALTER USER postgres PASSWORD 'secret'").await.unwrap();
        ledger.grant(&account(7), &key("last"), gift(), now()).await.unwrap();
    });
}
