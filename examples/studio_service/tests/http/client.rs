//! A studio on a file of its own, and a client of it.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{self, Body},
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::Value;
use studio_service::{Setup, Store, Studio, router};
use tower::ServiceExt;

/// A folder for one test, removed with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("studio-service-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A studio on the file of the folder, at noon of one day, with jobs that take so long.
    pub(crate) fn studio(&self, job_time: Duration) -> Arc<Studio> {
        let store = Store::sqlite(self.0.join("studio.db")).unwrap();
        let clock = || "2026-11-29T12:00:00Z".parse().unwrap();
        Studio::new(store, Setup { job_time, clock }).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Asks one studio, for one account unless a request names another.
pub(crate) struct Client {
    pub(crate) studio: Arc<Studio>,
    _folder: Folder,
}

/// What was answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    /// With jobs that take a moment.
    pub(crate) fn new() -> Self {
        Self::with_jobs_of(Duration::from_millis(5))
    }

    /// With jobs that are still under way when the test is over.
    pub(crate) fn slow() -> Self {
        Self::with_jobs_of(Duration::from_secs(600))
    }

    fn with_jobs_of(job_time: Duration) -> Self {
        let folder = Folder::new();
        Self { studio: folder.studio(job_time), _folder: folder }
    }

    pub(crate) async fn ask(&self, line: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        ask(&self.studio, line, headers, body).await
    }

    /// Asks without a body.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let reply = self.ask(&format!("GET {path}"), &[], "").await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    /// Asks with a key and a body in JSON.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &str) -> Reply {
        self.ask(&format!("POST {path}"), &[("idempotency-key", key)], body.to_owned()).await
    }

    /// Begins a generation that ends so.
    pub(crate) async fn begin(&self, key: &str, fate: &str, body: &str) -> Reply {
        let headers = [("idempotency-key", key), ("x-simulate", fate)];
        self.ask("POST /generations", &headers, body.to_owned()).await
    }

    pub(crate) async fn subscribe(&self, plan: &str) {
        let body = format!(r#"{{"change": "subscribe", "plan": "{plan}"}}"#);
        let reply = self.post("/plan", "subscribe", &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }

    /// What is available, and what is held.
    pub(crate) async fn balance(&self) -> (String, String) {
        let view = self.get("/credits").await;
        (view["available"].as_str().unwrap().to_owned(), view["held"].as_str().unwrap().to_owned())
    }

    /// The generation, once it is in some state.
    pub(crate) async fn until(&self, id: &str, state: &str) -> Value {
        until(&self.studio, id, state).await
    }
}

pub(crate) async fn ask(studio: &Arc<Studio>, line: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    if method == "POST" && !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router(studio.clone()).oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body::to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub(crate) async fn until(studio: &Arc<Studio>, id: &str, state: &str) -> Value {
    let mut last = Value::Null;
    for _ in 0..1_000 {
        last = ask(studio, &format!("GET /generations/{id}"), &[], "").await.json();
        if last["state"] == state {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{id} is not {state}: {last}");
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem, of which all that every problem has is there.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.header("content-type")),
            (status, "application/problem+json"),
            "{}",
            self.text
        );
        let problem = self.json();
        assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()), "{}", self.text);
        assert_eq!(problem["type"], format!("urn:studio-service:problem:{code}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{}", self.text);
        problem
    }
}
