//! The same key: the same answer, and nothing done twice.

use std::sync::Arc;

use crate::client::Client;

const FLUX: &str = r#"{"studio": "image", "model": "flux-dev", "count": 2}"#;

#[tokio::test]
async fn the_same_again_has_the_same_answer_even_after_the_work_is_done() {
    let client = Client::new();
    let first = client.begin("g1", "delivered", FLUX).await;
    assert_eq!((first.status.as_u16(), first.header("location")), (202, "/generations/g1"));
    client.until("g1", "settled").await;
    let again = client.begin("g1", "delivered", FLUX).await;
    assert_eq!((again.status, again.text), (first.status, first.text));
    let quoted = client.post("/generations", "\"g1\"", FLUX).await;
    assert_eq!(quoted.status, 202, "the quoted form of the header is the same key");
    assert_eq!(client.balance().await, ("40".into(), "0".into()));
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused_and_told_what_differs() {
    let client = Client::new();
    client.begin("g1", "delivered", FLUX).await;
    let other = r#"{"studio": "image", "model": "flux-dev", "count": 3}"#;
    let problem = client.post("/generations", "g1", other).await.problem(422, "key-reused");
    assert_eq!(problem["difference"]["field"], "the count", "{problem}");
    client.post("/plan", "g1", r#"{"change": "subscribe", "plan": "basic"}"#).await.problem(422, "key-reused");
    client.until("g1", "settled").await;
    assert_eq!(client.balance().await, ("40".into(), "0".into()));
}

#[tokio::test]
async fn what_needs_a_key_is_refused_without_one() {
    let client = Client::new();
    for (path, body) in [
        ("/generations", FLUX),
        ("/top-ups", r#"{"pack": "small"}"#),
        ("/plan", r#"{"change": "subscribe", "plan": "basic"}"#),
    ] {
        client.ask(&format!("POST {path}"), &[], body).await.problem(400, "idempotency-key");
        for key in ["", "~mine", "g1/end", "a b", "-1", &"k".repeat(65)] {
            client.post(path, key, body).await.problem(400, "idempotency-key");
        }
        let twice = [("idempotency-key", "g1"), ("idempotency-key", "g2")];
        client.ask(&format!("POST {path}"), &twice, body).await.problem(400, "idempotency-key");
    }
    assert_eq!(client.balance().await, ("50".into(), "0".into()));
}

#[tokio::test]
async fn a_refused_key_may_succeed_later() {
    let client = Client::slow();
    let many = r#"{"studio": "image", "model": "flux-dev", "count": 20}"#;
    client.post("/generations", "g1", many).await.problem(402, "insufficient");
    client.subscribe("basic").await;
    assert_eq!(client.post("/generations", "g1", many).await.status, 202);
    assert_eq!(client.balance().await, ("2950".into(), "100".into()));
}

#[tokio::test]
async fn many_at_once_with_one_key_are_one_generation() {
    let client = Arc::new(Client::new());
    let asked = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.begin("g1", "delivered", FLUX).await.text })
    });
    let mut answers = Vec::new();
    for answer in asked.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    client.until("g1", "settled").await;
    assert_eq!(client.balance().await, ("40".into(), "0".into()));
}

#[tokio::test]
async fn many_at_once_with_keys_of_their_own_never_overspend() {
    let client = Arc::new(Client::slow());
    client.subscribe("standard").await;
    // 8,050 credits: five of 1,470, and the plan would have eight at once.
    let body = r#"{"studio": "image", "model": "nano-banana-2", "count": 30}"#;
    let asked = (0..20).map(|at| {
        let client = client.clone();
        tokio::spawn(async move { client.post("/generations", &format!("g{at}"), body).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for status in asked.collect::<Vec<_>>() {
        statuses.push(status.await.unwrap());
    }
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(202), count(402)), (5, 15), "{statuses:?}");
    assert_eq!(client.balance().await, ("700".into(), "7350".into()));
}
