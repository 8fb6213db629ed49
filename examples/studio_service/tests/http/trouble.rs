//! A store that fails: what is told, and what is taken up again. Time is that of the test, and passes where all wait.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use studio_service::Studio;
use tokio::time::sleep;

use crate::{
    client::{ask, until},
    faulty::{Faulty, set, studio},
    log::Log,
};

const FLUX: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4}"#;
const MOMENT: Duration = Duration::from_millis(100);

#[tokio::test(start_paused = true)]
async fn health_is_whether_the_store_answers_and_lists_no_accounts() {
    let store = Arc::new(Faulty::default());
    let studio = studio(&store, MOMENT);
    set(&store.is_unlisted, true);
    assert_eq!(ask(&studio, "GET /health", &[], "").await.text, "ok\n");
    set(&store.is_away, true);
    ask(&studio, "GET /health", &[], "").await.problem(503, "unavailable");
    set(&store.is_away, false);
    assert_eq!(ask(&studio, "GET /health", &[], "").await.status, 200);
    set(&store.is_silent, true);
    let answer = tokio::time::timeout(Duration::from_secs(60), ask(&studio, "GET /health", &[], "")).await;
    answer.expect("health has no answer").problem(503, "unavailable");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_does_not_read_is_told_by_its_name_and_all_others_are_taken_up() {
    let store = Arc::new(Faulty::default());
    let first = studio(&store, Duration::from_secs(600));
    for account in ["ada", "bob", "demo"] {
        let headers = [("x-account", account), ("idempotency-key", "g1"), ("x-simulate", "delivered")];
        assert_eq!(ask(&first, "POST /generations", &headers, FLUX).await.status, 202);
    }
    *store.unread.lock().unwrap() = Some("bob");
    let (next, log) = (studio(&store, MOMENT), Log::follow());
    assert_eq!(next.resume_jobs().await.unwrap(), 2);
    assert!(log.tells(&["ERROR", "account=bob", "the head does not read"]), "{log}");
    until(&next, "g1", "settled").await;
    // Once it is mended, its job is taken up as any other.
    *store.unread.lock().unwrap() = None;
    let last = studio(&store, MOMENT);
    assert_eq!(last.resume_jobs().await.unwrap(), 1);
}

/// The state of the generation `g1`.
async fn state(studio: &Arc<Studio>) -> Value {
    ask(studio, "GET /generations/g1", &[], "").await.json()["state"].clone()
}

async fn begin(studio: &Arc<Studio>, id: &str, fate: &str) {
    let headers = [("idempotency-key", id), ("x-simulate", fate)];
    assert_eq!(ask(studio, "POST /generations", &headers, FLUX).await.status, 202);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_cannot_be_written_is_written_once_the_store_is_back() {
    for (fate, ended) in [("unknown", "unknown"), ("delivered", "settled")] {
        let store = Arc::new(Faulty::default());
        let (studio, log) = (studio(&store, MOMENT), Log::follow());
        begin(&studio, "g1", fate).await;
        set(&store.is_read_only, true);
        sleep(Duration::from_secs(20 * 60)).await;
        assert_eq!(state(&studio).await, "held", "{fate}");
        assert!(log.tells(&["WARN", "account=demo id=g1", "the disk is full"]), "{fate}: {log}");
        set(&store.is_read_only, false);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(state(&studio).await, ended, "{fate}: {log}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_read_begins_once_the_store_is_back() {
    let store = Arc::new(Faulty::default());
    let first = studio(&store, Duration::from_secs(600));
    begin(&first, "g1", "delivered").await;
    let next = studio(&store, MOMENT);
    assert_eq!(next.resume_jobs().await.unwrap(), 1);
    // The job is asked about by a task of its own, after this.
    set(&store.is_away, true);
    sleep(Duration::from_secs(30)).await;
    set(&store.is_away, false);
    sleep(Duration::from_secs(60)).await;
    assert_ne!(state(&next).await, "held");
}

#[tokio::test(start_paused = true)]
async fn what_is_called_off_while_its_end_cannot_be_written_stays_so() {
    let store = Arc::new(Faulty::default());
    let (studio, log) = (studio(&store, MOMENT), Log::follow());
    begin(&studio, "g1", "unknown").await;
    set(&store.is_read_only, true);
    sleep(Duration::from_secs(60)).await;
    set(&store.is_read_only, false);
    assert_eq!(ask(&studio, "POST /generations/g1/cancel", &[], "").await.json()["outcome"], "cancelled");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(state(&studio).await, "settled");
    assert!(log.tells(&["INFO", "called off meanwhile"]), "{log}");
    assert_eq!(ask(&studio, "GET /credits", &[], "").await.json()["available"], "50");
}
