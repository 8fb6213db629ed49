//! Statements, for people and for spreadsheets.

use crate::client::Client;

const FLUX: &str = r#"{"studio": "image", "model": "flux-dev"}"#;

#[tokio::test]
async fn a_statement_adds_up() {
    let client = Client::new();
    client.begin("g1", "delivered", FLUX).await;
    client.until("g1", "settled").await;
    let told = client.get("/statement").await;
    assert_eq!((&told["from"], &told["until"]), (&"2026-11-01T00:00:00Z".into(), &"2026-12-01T00:00:00Z".into()));
    assert_eq!(told["summary"]["spent"], "5");
    assert_eq!(told["summary"]["work"][0]["model"], "flux-dev");
    assert_eq!(told["summary"]["closing"]["available"], "45");
    let before = client.get("/statement?from=2026-10-01T00:00:00Z&until=2026-11-01T00:00:00Z").await;
    assert_eq!((&before["entries"], &before["summary"]["opening"]), (&serde_json::json!([]), &serde_json::Value::Null));
}

#[tokio::test]
async fn a_statement_is_a_table_where_one_is_asked_for() {
    let client = Client::new();
    client.begin("g1", "delivered", FLUX).await;
    client.until("g1", "settled").await;
    let asked = client.ask("GET /statement?format=csv", &[], "").await;
    let accepted = client.ask("GET /statement", &[("accept", "text/html, text/csv;q=0.9")], "").await;
    assert_eq!(asked.text, accepted.text);
    assert_eq!(asked.header("content-type"), "text/csv; charset=utf-8");
    let rows: Vec<_> = asked.text.split("\r\n").collect();
    assert_eq!(rows[0], "seq,at,what,key,available,held,spent,expired,revoked,debt");
    assert_eq!(rows[rows.len() - 3], "3,2026-11-29T12:00:00Z,held,g1,45,5,0,0,0,0");
    assert_eq!(rows[rows.len() - 2], "4,2026-11-29T12:00:00Z,settled,g1/end,45,0,5,0,0,0");
}

#[tokio::test]
async fn a_period_that_is_none_is_refused() {
    let client = Client::new();
    for query in ["from=yesterday", "format=pdf", "limit=3", "from=2026-12-01T00:00:00Z", "until=2026-01-01T00:00:00Z"]
    {
        client.ask(&format!("GET /statement?{query}"), &[], "").await.problem(400, "query");
    }
}
