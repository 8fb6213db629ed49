//! A store that fails: what is told, and what is taken up again. Time is that of the test, and passes where all wait.

use std::{sync::Arc, time::Duration};

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
