//! What the server says against a commit, and what is made of it: how often it is sent, on which connection, and what is
//! known then.

use studio_credits::store::{Committed, Fate, LedgerStore, PostgresStore};

use super::place::{Place, RUNTIME, pool, until_it_blocks};
use super::studio::{account, fence, gift, key, ledger, now};

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    Kept,
    GivenUp,
}
use Connection::{GivenUp, Kept};

/// What the server says, how often the same is sent, and what is known then.
const SAID: &[(&str, i64, Fate, Connection)] = &[
    ("40001", 6, Fate::NotWritten, Kept),
    ("40P01", 6, Fate::NotWritten, Kept),
    ("40002", 6, Fate::NotWritten, Kept),
    ("23505", 6, Fate::NotWritten, Kept),
    ("25006", 6, Fate::NotWritten, GivenUp),
    ("0A000", 6, Fate::NotWritten, GivenUp),
    ("26000", 6, Fate::NotWritten, GivenUp),
    ("57014", 1, Fate::NotWritten, Kept),
    ("55P03", 1, Fate::NotWritten, Kept),
    ("55006", 1, Fate::NotWritten, Kept),
    ("25P03", 1, Fate::NotWritten, Kept),
    ("53100", 1, Fate::NotWritten, Kept),
    ("53200", 1, Fate::NotWritten, Kept),
    ("22003", 1, Fate::Fatal, Kept),
    ("23514", 1, Fate::Fatal, Kept),
    ("54000", 1, Fate::Fatal, Kept),
    ("28000", 1, Fate::Fatal, Kept),
    ("3D000", 1, Fate::Fatal, Kept),
    ("3F000", 1, Fate::Fatal, Kept),
    ("42501", 1, Fate::Fatal, Kept),
    ("40003", 1, Fate::Unknown, Kept),
    ("08006", 1, Fate::Unknown, Kept),
    ("57000", 1, Fate::Unknown, Kept),
    ("58030", 1, Fate::Unknown, Kept),
    ("XX000", 1, Fate::Unknown, Kept),
    ("P0001", 1, Fate::Unknown, Kept),
];

/// A store with one account, whose next writes fail with a code.
fn opened(place: &Place) -> PostgresStore {
    let store = place.store();
    RUNTIME.block_on(ledger(store.clone()).grant(&account(1), &key("gift"), gift(), now())).unwrap();
    place.run("CREATE SEQUENCE {s}.sent");
    store
}

/// Has so many writes fail with a code. What a sequence counts is not rolled back.
fn fail(place: &Place, code: &str, times: i64) {
    place.run(&format!(
        "ALTER SEQUENCE {{s}}.sent RESTART;
         CREATE OR REPLACE FUNCTION {{s}}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('{{s}}.sent') <= {times} THEN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END IF;
             RETURN new;
         END $$;
         CREATE OR REPLACE TRIGGER fail BEFORE INSERT OR UPDATE ON {{s}}.account
             FOR EACH ROW EXECUTE FUNCTION {{s}}.fail()"
    ));
}

async fn sent(place: &Place) -> i64 {
    let sql = format!("SELECT last_value FROM {}.sent", place.schema);
    place.direct.get().await.unwrap().query_one(&sql, &[]).await.unwrap().get(0)
}

#[test]
fn what_the_server_says_tells_what_is_done() {
    let Some(place) = Place::new() else { return };
    let store = opened(&place);
    for &(code, times, fate, connection) in SAID {
        fail(&place, code, 6);
        RUNTIME.block_on(async {
            let fence = fence(&store, &account(1)).await;
            let error = store.commit(&fence).await.unwrap_err();
            let is_kept = if store.pool().status().size == 0 { GivenUp } else { Kept };
            assert_eq!((sent(&place).await, error.fate(), is_kept), (times, fate, connection), "{code}");
            assert_eq!(error.to_string(), format!("the server says: no (SQLSTATE {code})"));
            // Six fail, however many of them were sent at once.
            while sent(&place).await < 6 {
                assert!(store.commit(&fence).await.is_err(), "{code}");
            }
            assert_eq!(store.commit(&fence).await.unwrap(), Committed::Applied, "{code}");
        });
    }
}

#[test]
fn what_met_with_others_is_done_in_the_end() {
    let Some(place) = Place::new() else { return };
    let store = opened(&place);
    for code in ["40001", "40P01", "23505", "26000"] {
        fail(&place, code, 5);
        RUNTIME.block_on(async {
            let fence = fence(&store, &account(1)).await;
            assert_eq!(store.commit(&fence).await.unwrap(), Committed::Applied, "{code}");
            assert_eq!(sent(&place).await, 6, "{code}");
        });
    }
}

#[test]
fn a_connection_that_the_server_ends_is_replaced() {
    let Some(place) = Place::new() else { return };
    let store = opened(&place);
    place.run(
        "CREATE FUNCTION {s}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('{s}.sent') <= 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
             RETURN new;
         END $$;
         CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON {s}.account FOR EACH ROW EXECUTE FUNCTION {s}.fail()",
    );
    RUNTIME.block_on(async {
        let fence = fence(&store, &account(1)).await;
        let error = store.commit(&fence).await.unwrap_err();
        let told = "the server says: terminating connection due to administrator command (SQLSTATE 57P01)";
        assert_eq!((error.fate(), error.to_string().as_str()), (Fate::Unknown, told));
        assert_eq!(store.pool().status().size, 0);
        assert_eq!(store.commit(&fence).await.unwrap(), Committed::Applied);
    });
}

#[test]
fn a_commit_that_another_transaction_got_in_the_way_of_is_sent_again() {
    let Some(place) = Place::new() else { return };
    let mut config = place.proxy.config();
    config.options("-c default_transaction_isolation=repeatable\\ read");
    let store = RUNTIME.block_on(place.schema.open(pool(config))).unwrap();
    RUNTIME.block_on(async {
        ledger(store.clone()).grant(&account(1), &key("gift"), gift(), now()).await.unwrap();
        let fence = fence(&store, &account(1)).await;
        let mut client = place.direct.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        // What it changes is no part of what a commit looks at.
        transaction.execute(&format!("UPDATE {}.account SET plan = 'x'", place.schema), &[]).await.unwrap();
        let sending = RUNTIME.spawn(async move { store.commit(&fence).await });
        until_it_blocks(&transaction).await;
        transaction.commit().await.unwrap();
        assert_eq!(sending.await.unwrap().unwrap(), Committed::Applied);
    });
}
