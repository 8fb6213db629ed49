//! A process that is gone in the middle of its work, and the next one.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::client::{Folder, ask, until};

const FLUX: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4}"#;

/// A runtime that is shut down takes all its tasks with it, wherever they are, as a kill would.
fn process(work: impl Future<Output = ()>) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(work);
    runtime.shutdown_background();
}

#[test]
fn what_a_process_left_open_is_done_by_the_next() {
    let folder = Folder::new();
    let ids: Vec<_> = (0..100).map(|at| format!("g{at}")).filter(|id| is_delivered(id)).take(3).collect();
    process(async {
        let studio = folder.studio(Duration::from_secs(600));
        for (account, id) in ["ada", "bob", "demo"].iter().zip(&ids) {
            let headers = [("x-account", *account), ("idempotency-key", id.as_str())];
            assert_eq!(ask(&studio, "POST /generations", &headers, FLUX).await.status, 202);
        }
    });
    process(async {
        let studio = folder.studio(Duration::from_millis(5));
        assert_eq!(studio.resume_jobs().await.unwrap(), 3);
        let shown = until(&studio, &ids[2], "settled").await;
        assert_eq!((&shown["outcome"], &shown["charged"]), (&"delivered".into(), &"20".into()));
    });
    process(async {
        // Nobody had to finish it for this to be true, and once more changes nothing.
        let studio = folder.studio(Duration::from_millis(5));
        studio.resume_jobs().await.unwrap();
        let view = ask(&studio, "GET /credits", &[], "").await.json();
        assert_eq!((&view["available"], &view["held"]), (&"30".into(), &"0".into()));
    });
}

#[test]
fn a_client_that_repeats_its_request_at_the_next_process_has_one_generation() {
    let folder = Folder::new();
    let id = (0..100).map(|at| format!("g{at}")).find(|id| is_delivered(id)).unwrap();
    let headers = [("idempotency-key", id.as_str())];
    let mut first = String::new();
    process(async {
        let studio = folder.studio(Duration::from_secs(600));
        first = ask(&studio, "POST /generations", &headers, FLUX).await.text;
    });
    process(async {
        let studio = folder.studio(Duration::from_millis(5));
        assert_eq!(ask(&studio, "POST /generations", &headers, FLUX).await.text, first);
        assert_eq!(until(&studio, &id, "settled").await["charged"], "20");
    });
}

#[test]
fn what_is_unknown_is_left_to_a_person() {
    let folder = Folder::new();
    process(async {
        let studio = folder.studio(Duration::from_millis(5));
        let headers = [("idempotency-key", "g1"), ("x-simulate", "unknown")];
        ask(&studio, "POST /generations", &headers, FLUX).await;
        until(&studio, "g1", "unknown").await;
    });
    process(async {
        let studio = folder.studio(Duration::from_millis(5));
        assert_eq!(studio.resume_jobs().await.unwrap(), 0);
        assert_eq!(ask(&studio, "GET /generations/g1", &[], "").await.json()["state"], "unknown");
    });
}

fn is_delivered(id: &str) -> bool {
    studio_service::Fate::of(id) == studio_service::Fate::Delivered
}
