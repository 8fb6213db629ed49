//! Over a real connection: what only a connection can do.

use std::{net::SocketAddr, time::Duration};

use studio_service::router;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::client::Client;

const FLUX: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4}"#;

async fn listening(client: &Client) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, router) = (listener.local_addr().unwrap(), router(client.studio.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

fn head(key: &str, length: usize) -> String {
    format!(
        "POST /generations HTTP/1.1\r\nhost: studio\r\ncontent-type: application/json\r\n\
         idempotency-key: {key}\r\nx-simulate: delivered\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_client_that_hangs_up_in_its_body_has_asked_for_nothing() {
    let client = Client::new();
    let at = listening(&client).await;
    for cut in [0, 1, FLUX.len() / 2, FLUX.len() - 1] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(head("g1", FLUX.len()).as_bytes()).await.unwrap();
        stream.write_all(&FLUX.as_bytes()[..cut]).await.unwrap();
        drop(stream);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(client.balance().await, ("50".into(), "0".into()));
    assert_eq!(client.get("/statement").await["entries"], serde_json::json!([]));
}

#[tokio::test]
async fn a_client_that_hangs_up_after_its_body_finds_its_generation() {
    let client = Client::new();
    let at = listening(&client).await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("{}{FLUX}", head("g1", FLUX.len()));
    stream.write_all(request.as_bytes()).await.unwrap();
    drop(stream);
    // It was done whole, or not at all: the same again tells, and there is one generation in both cases.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(client.begin("g1", "delivered", FLUX).await.status, 202);
    client.until("g1", "settled").await;
    assert_eq!(client.balance().await, ("30".into(), "0".into()));
}

#[tokio::test]
async fn a_body_that_says_it_is_huge_is_not_waited_for() {
    let client = Client::new();
    let mut stream = TcpStream::connect(listening(&client).await).await.unwrap();
    stream.write_all(head("g1", 1_000_000_000).as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(client.balance().await, ("50".into(), "0".into()));
}
