//! The guide of the crate shows requests with `curl`: each is answered as it says there.

#[path = "../../../../tests/it/guide/like.rs"]
mod like;

use self::like::is_like;
use crate::client::Client;

const PAGE: &str = include_str!("../../../../src/guide/ten_minutes.md");
const ADDRESS: &str = "127.0.0.1:3000";

/// The commands and what is shown of their answers.
fn shown() -> Vec<(&'static str, &'static str)> {
    let mut lines = PAGE.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(command) = line.strip_prefix("$ curl -s ") {
            found.push((command, lines.next().unwrap()));
        }
    }
    found
}

/// The request line, the headers and the body that `curl` would send.
fn request(command: &str) -> (String, Vec<(&str, &str)>, &str) {
    let (target, _) = command.split_once(' ').unwrap_or((command, ""));
    let mut quoted = command.split('\'');
    let (mut headers, mut body) = (Vec::new(), "");
    while let (Some(option), Some(value)) = (quoted.next(), quoted.next()) {
        match option.split_whitespace().next_back().unwrap() {
            "-H" => headers.push(value.split_once(": ").unwrap()),
            "--json" => body = value,
            other => panic!("nothing is known of `{other}`: {command}"),
        }
    }
    let method = if body.is_empty() { "GET" } else { "POST" };
    (format!("{method} {}", target.strip_prefix(ADDRESS).unwrap()), headers, body)
}

#[tokio::test]
async fn the_guide_shows_what_is_answered() {
    let client = Client::new();
    let shown = shown();
    assert_eq!(shown.len(), 6);
    for (command, expected) in shown {
        let (line, headers, body) = request(command);
        if line == "GET /generations/k1" {
            client.until("k1", "settled").await; // The page waits for seconds, and here a job takes a moment.
        }
        let reply = client.ask(&line, &headers, body).await;
        assert!(is_like(&reply.text, expected), "{command}\n{}\n\nis shown as\n\n{expected}", reply.text);
    }
}

#[test]
fn what_is_left_out_is_anything_and_the_rest_is_not() {
    let answer = r#"{"a":1,"b":2}"#;
    assert!(is_like(answer, r#"{"a":1,…}"#) && is_like(answer, answer) && is_like(answer, r#"{…"b":2}"#));
    assert!(!is_like(answer, r#"{"a":1"#) && !is_like(answer, r#"{"a":2,…}"#) && !is_like(answer, r#"{…"b":3}"#));
}
