//! One client, who does what clients do: asks, repeats, gives up, calls off, and hangs up.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time};

use crate::{report::Report, seed::Seed};

const FATES: [&str; 6] = ["delivered", "delivered", "partly", "failed", "blocked", "unknown"];
const WORK: [(&str, &str); 4] =
    [("image", "flux-dev"), ("image", "nano-banana-2"), ("video", "wan-2.2"), ("sketch", "default")];
/// How many clients share an account, so that some of them meet.
const SHARE: u64 = 4;

static ACCOUNTS: OnceLock<Vec<String>> = OnceLock::new();

/// Who is subscribed. One in five is not, and has one job at once and few credits.
pub(crate) fn accounts(clients: u64) -> Vec<String> {
    let all = ACCOUNTS.get_or_init(|| (0..clients.div_ceil(SHARE)).map(|number| format!("a{number}")).collect());
    all.iter().enumerate().filter(|(at, _)| at % 5 != 4).map(|(_, account)| account.clone()).collect()
}

pub(crate) fn all_accounts() -> Vec<String> {
    ACCOUNTS.get().cloned().unwrap_or_default()
}

/// A generation that was asked for, as often as it takes.
#[derive(Clone, Debug)]
struct Asked {
    key: String,
    fate: &'static str,
    body: Value,
}

pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
    account: String,
    number: u64,
    seed: Seed,
    report: Arc<Mutex<Report>>,
    asked: Vec<Asked>,
}

impl Client {
    pub(crate) fn new(address: String, number: u64, clients: u64, seed: Seed, report: Arc<Mutex<Report>>) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        let account = format!("a{}", number % clients.div_ceil(SHARE));
        Self { http, address, account, number, seed, report, asked: Vec::new() }
    }

    /// One thing after another until the end.
    pub(crate) async fn live(mut self, end: time::Instant) {
        while time::Instant::now() < end {
            match self.seed.below(20) {
                0..6 => self.ask_anew().await,
                6..8 => self.repeat().await,
                8..10 => self.repeat_at_once().await,
                10..12 => self.hang_up().await,
                12..14 => self.call_off().await,
                14..17 => self.look().await,
                17 => self.buy().await,
                18 => self.quote().await,
                _ => self.credits().await,
            }
            time::sleep(Duration::from_millis(self.seed.below(60))).await;
        }
    }

    fn wish(&mut self) -> Asked {
        let (studio, model) = self.seed.pick(&WORK);
        let key = format!("c{}-{}", self.number, self.seed.next());
        let body = json!({ "studio": studio, "model": model, "count": 1 + self.seed.below(6) });
        Asked { key, fate: self.seed.pick(&FATES), body }
    }

    fn any(&mut self) -> Option<Asked> {
        let count = u64::try_from(self.asked.len()).unwrap();
        (count > 0).then(|| self.asked[usize::try_from(self.seed.below(count)).unwrap()].clone())
    }

    async fn ask_anew(&mut self) {
        let asked = self.wish();
        self.asked.push(asked.clone());
        self.begin(&asked).await;
    }

    /// The same again: whatever became of it, the answer is that of before, or the first.
    async fn repeat(&mut self) {
        if let Some(asked) = self.any() {
            self.begin(&asked).await;
        }
    }

    async fn repeat_at_once(&mut self) {
        let asked = self.wish();
        self.asked.push(asked.clone());
        tokio::join!(self.begin(&asked), self.begin(&asked), self.begin(&asked));
    }

    async fn begin(&self, asked: &Asked) {
        let request = self.request(Method::POST, "/generations").json(&asked.body);
        let request = request.header("Idempotency-Key", &asked.key).header("X-Simulate", asked.fate);
        if let Some((202, text)) = self.send("begin", request).await {
            self.report.lock().unwrap().receipt(false, &self.account, &asked.key, text);
        }
    }

    /// Hangs up in the middle of a request, or right after it. Another time it may be asked for again.
    async fn hang_up(&mut self) {
        let asked = self.wish();
        let body = asked.body.to_string();
        let request = format!(
            "POST /generations HTTP/1.1\r\nhost: studio\r\ncontent-type: application/json\r\nx-account: {}\r\n\
             idempotency-key: {}\r\nx-simulate: {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.account,
            asked.key,
            asked.fate,
            body.len()
        );
        let length = u64::try_from(request.len()).unwrap();
        let cut = if self.seed.below(2) == 0 { length } else { self.seed.below(length) };
        if let Ok(mut stream) = TcpStream::connect(&self.address).await {
            let _ = stream.write_all(&request.as_bytes()[..usize::try_from(cut).unwrap()]).await;
            self.report.lock().unwrap().answered("hang up", 0, Duration::ZERO);
        }
        self.asked.push(asked);
    }

    async fn call_off(&mut self) {
        let Some(asked) = self.any() else { return };
        let request = self.request(Method::POST, &format!("/generations/{}/cancel", asked.key));
        if let Some((200, text)) = self.send("cancel", request).await {
            self.seen(&asked.key, &text);
        }
    }

    async fn look(&mut self) {
        let Some(asked) = self.any() else { return };
        let request = self.request(Method::GET, &format!("/generations/{}", asked.key));
        if let Some((200, text)) = self.send("look", request).await {
            self.seen(&asked.key, &text);
        }
    }

    /// What is over does not change any more.
    fn seen(&self, id: &str, text: &str) {
        let now: Value = serde_json::from_str(text).unwrap();
        if ["held", "unknown"].iter().any(|state| now["state"] == *state) {
            return;
        }
        let (mut report, place) = (self.report.lock().unwrap(), (self.account.clone(), id.to_owned()));
        if let Some(before) = report.ended.get(&place).filter(|before| **before != now) {
            let fault = format!("{place:?} was {before}, and then {now}");
            report.faults.push(fault);
        }
        report.ended.insert(place, now);
    }

    async fn buy(&mut self) {
        let key = format!("t{}-{}", self.number, self.seed.next());
        let request = self.request(Method::POST, "/top-ups").json(&json!({ "pack": "small" }));
        let request = request.header("Idempotency-Key", &key);
        let again = request.try_clone().unwrap();
        for request in [request, again] {
            if let Some((201, text)) = self.send("buy", request).await {
                self.report.lock().unwrap().receipt(true, &self.account, &key, text);
            }
        }
    }

    async fn quote(&mut self) {
        let body = self.wish().body;
        self.send("quote", self.request(Method::POST, "/quote").json(&body)).await;
    }

    async fn credits(&mut self) {
        let Some((200, text)) = self.send("credits", self.request(Method::GET, "/credits")).await else { return };
        let view: Value = serde_json::from_str(&text).unwrap();
        let is_sound = |name: &str| view[name].as_str().is_some_and(|amount| !amount.starts_with('-'));
        if !["available", "held", "debt"].iter().all(|name| is_sound(name)) {
            self.report.lock().unwrap().faults.push(text);
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).header("X-Account", &self.account)
    }

    /// The status and the text, if there was an answer.
    async fn send(&self, what: &'static str, request: RequestBuilder) -> Option<(u16, String)> {
        let asked = Instant::now();
        let answer = async {
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            Ok::<_, reqwest::Error>((status, answer.text().await?))
        };
        let answer = answer.await.ok();
        let status = answer.as_ref().map_or(0, |(status, _)| *status);
        self.report.lock().unwrap().answered(what, status, asked.elapsed());
        answer
    }
}
