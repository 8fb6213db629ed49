//! How work ends, and what it costs then.

use studio_service::Fate;

use crate::client::Client;

const FOUR: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4}"#;

#[tokio::test]
async fn work_costs_what_was_delivered() {
    // How it ends; the state and the outcome, what is charged, and what is available and held then.
    for (fate, state, outcome, charged, available, held) in [
        ("delivered", "settled", "delivered", "20", "30", "0"),
        ("partly", "settled", "delivered", "10", "40", "0"),
        ("failed", "settled", "failed", "0", "50", "0"),
        ("blocked", "settled", "blocked", "0", "50", "0"),
        ("unknown", "unknown", "", "0", "30", "20"),
    ] {
        let client = Client::new();
        assert_eq!(client.begin("g1", fate, FOUR).await.status, 202, "{fate}");
        let shown = client.until("g1", state).await;
        assert_eq!(shown["outcome"].as_str().unwrap_or_default(), outcome, "{fate}: {shown}");
        assert_eq!((&shown["held"], &shown["charged"]), (&"20".into(), &charged.into()), "{fate}: {shown}");
        assert_eq!(client.balance().await, (available.into(), held.into()), "{fate}");
    }
}

#[tokio::test]
async fn the_lines_of_a_charge_are_those_of_what_was_delivered() {
    let client = Client::new();
    client.begin("g1", "partly", FOUR).await;
    let shown = client.until("g1", "settled").await;
    assert_eq!((&shown["lines"][0]["quantity"], &shown["lines"][0]["amount"]), (&"2".into(), &"10".into()), "{shown}");
}

#[tokio::test]
async fn what_is_over_or_unknown_is_not_called_off() {
    let client = Client::new();
    client.begin("g1", "delivered", FOUR).await;
    client.until("g1", "settled").await;
    client.ask("POST /generations/g1/cancel", &[], "").await.problem(409, "hold-resolved");
    client.begin("g2", "unknown", FOUR).await;
    client.until("g2", "unknown").await;
    client.ask("POST /generations/g2/cancel", &[], "").await.problem(409, "outcome-unknown");
    assert_eq!(client.balance().await, ("10".into(), "20".into()));
}

#[tokio::test]
async fn what_is_called_off_is_not_charged_when_the_job_ends() {
    let client = Client::new();
    client.begin("g1", "delivered", FOUR).await;
    // Whichever is first: the job, which takes a moment, or this.
    let cancelled = client.ask("POST /generations/g1/cancel", &[], "").await.status == 200;
    let shown = client.until("g1", "settled").await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let (outcome, available) = if cancelled { ("cancelled", "50") } else { ("delivered", "30") };
    assert_eq!(shown["outcome"], outcome);
    assert_eq!(client.balance().await, (available.into(), "0".into()));
}

#[tokio::test]
async fn without_a_word_the_id_decides() {
    let client = Client::new();
    let id = (0..100).map(|at| format!("g{at}")).find(|id| Fate::of(id) == Fate::Failed).unwrap();
    client.post("/generations", &id, FOUR).await;
    assert_eq!(client.until(&id, "settled").await["outcome"], "failed");
    assert_eq!(client.balance().await, ("50".into(), "0".into()));
    client.begin("g1", "exploded", FOUR).await.problem(400, "simulate");
}
