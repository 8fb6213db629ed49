//! What cannot be: each a clear answer, and the account as it was.

use crate::client::{Client, Reply};

/// The body, and the status and code of the problem.
const BODIES: [(&str, u16, &str); 18] = [
    ("", 400, "json"),
    ("{", 400, "json"),
    ("studio=image", 400, "json"),
    ("[]", 422, "body"),
    ("{}", 422, "body"),
    (r#"{"studio": "image"}"#, 422, "body"),
    (r#"{"studio": "", "model": "flux-dev"}"#, 422, "body"),
    (r#"{"studio": "image", "model": "fluxdev"}"#, 422, "no-price"),
    (r#"{"studio": "imagine", "model": "flux-dev"}"#, 422, "no-price"),
    (r#"{"studio": "image", "model": "flux-dev", "colour": "red"}"#, 422, "body"),
    (r#"{"studio": "image", "model": "flux-dev", "settings": {"colour": "red"}}"#, 422, "no-price"),
    (r#"{"studio": "image", "model": "flux-dev", "settings": {"resolution": "9k"}}"#, 422, "no-price"),
    (r#"{"studio": "image", "model": "flux-dev", "count": 0}"#, 422, "request"),
    (r#"{"studio": "image", "model": "flux-dev", "count": -1}"#, 422, "body"),
    (r#"{"studio": "image", "model": "flux-dev", "count": 1000000000}"#, 422, "request"),
    (r#"{"studio": "image", "model": "flux-dev", "max": -5}"#, 422, "spend"),
    (r#"{"studio": "image", "model": "imagineart-2.0", "facts": {"unlimited": true}}"#, 422, "fact"),
    (r#"{"studio": "image", "model": "flux-dev", "facts": {"plan": "creator"}}"#, 422, "fact"),
];

#[tokio::test]
async fn bad_bodies_are_refused_and_leave_the_account_as_it_was() {
    let client = Client::new();
    for (body, status, code) in BODIES {
        client.post("/generations", "g1", body).await.problem(status, code);
        if code != "spend" {
            client.post("/quote", "g1", body).await.problem(status, code);
        }
    }
    untouched(&client).await;
}

#[tokio::test]
async fn a_price_that_a_client_sends_back_is_never_taken() {
    let client = Client::new();
    for field in ["total", "price", "amount", "quote", "lines", "rate"] {
        let body = format!(r#"{{"studio": "image", "model": "flux-dev", "{field}": "1"}}"#);
        let problem = client.post("/generations", "g1", &body).await.problem(422, "body");
        assert!(problem["detail"].as_str().unwrap().contains(&format!("unknown field `{field}`")), "{problem}");
    }
    let less = r#"{"studio": "image", "model": "flux-dev", "max": "1"}"#;
    let problem = client.post("/generations", "g1", less).await.problem(409, "over-cap");
    assert_eq!((&problem["amount"], &problem["max"]), (&"5".into(), &"1".into()));
    untouched(&client).await;
}

#[tokio::test]
async fn settings_without_end_are_refused() {
    let client = Client::new();
    let with = |settings: &str| format!(r#"{{"studio": "image", "model": "flux-dev", "settings": {settings}}}"#);
    let many: Vec<_> = (0..2_000).map(|at| format!(r#""s{at}": {at}"#)).collect();
    let many = with(&format!("{{{}}}", many.join(", ")));
    client.post("/generations", "g1", &many).await.problem(422, "request");
    let deep = with(&format!(r#"{{"resolution": {}1{}}}"#, "[".repeat(100), "]".repeat(100)));
    client.post("/generations", "g1", &deep).await.problem(422, "body");
    let deeper = with(&format!(r#"{{"resolution": {}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000)));
    let refused = client.post("/generations", "g1", &deeper).await;
    assert!([400, 422].contains(&refused.status.as_u16()), "{}", refused.text);
    let long = with(&format!(r#"{{"resolution": "{}"}}"#, "x".repeat(5_000)));
    client.post("/generations", "g1", &long).await.problem(422, "body");
    let huge = with(&format!(r#"{{"resolution": "{}"}}"#, "x".repeat(70_000)));
    client.post("/generations", "g1", &huge).await.problem(413, "too-large");
    untouched(&client).await;
}

#[tokio::test]
async fn bodies_of_another_type_and_purchases_of_nothing_are_refused() {
    let client = Client::new();
    let form = [("idempotency-key", "g1"), ("content-type", "text/plain")];
    let body = r#"{"studio": "image", "model": "flux-dev"}"#;
    client.ask("POST /generations", &form, body).await.problem(415, "content-type");
    for (path, body, status, code) in [
        ("/top-ups", "{}", 422, "body"),
        ("/top-ups", r#"{"pack": "small", "price": "0 USD"}"#, 422, "body"),
        ("/top-ups", r#"{"pack": "small"}"#, 422, "no-top-up"),
        ("/plan", r#"{"plan": "basic"}"#, 422, "body"),
        ("/plan", r#"{"change": "subscribe", "plan": "basic", "term_months": 0}"#, 422, "body"),
        ("/plan", r#"{"change": "subscribe", "plan": "free"}"#, 409, "subscription"),
        ("/plan", r#"{"change": "cancel"}"#, 409, "subscription"),
    ] {
        client.post(path, "g1", body).await.problem(status, code);
    }
    untouched(&client).await;
}

#[tokio::test]
async fn nobody_sees_what_is_another_accounts() {
    let client = Client::slow();
    let body = r#"{"studio": "image", "model": "flux-dev"}"#;
    let eve = [("x-account", "eve")];
    client.post("/generations", "g1", body).await;
    let strange: Reply = client.ask("GET /generations/g1", &eve, "").await;
    let absent = client.ask("GET /generations/g2", &eve, "").await;
    assert_eq!(strange.problem(404, "not-found"), absent.problem(404, "not-found"), "not even that it is there");
    client.ask("POST /generations/g1/cancel", &eve, "").await.problem(404, "unknown-hold");
    assert_eq!(client.ask("GET /credits", &eve, "").await.json()["available"], "50");
    assert_eq!(client.balance().await, ("45".into(), "5".into()));
    for name in ["", " ", &"x".repeat(101)] {
        client.ask("GET /credits", &[("x-account", name)], "").await.problem(400, "account");
    }
    client.ask("GET /credits", &[("x-account", "a"), ("x-account", "b")], "").await.problem(400, "account");
    for id in ["%ff", "%20", "g1%2Fend", &"x".repeat(200)] {
        client.ask(&format!("GET /generations/{id}"), &[], "").await.problem(404, "not-found");
    }
}

async fn untouched(client: &Client) {
    assert_eq!(client.balance().await, ("50".into(), "0".into()));
    let entries = client.get("/statement").await["entries"].clone();
    assert_eq!(entries, serde_json::json!([]), "nothing was written");
}
