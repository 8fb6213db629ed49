//! The service as a process of its own, which is killed without a warning.

use std::{
    env, fs,
    net::TcpListener,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::time::sleep;

pub(crate) struct Service {
    folder: PathBuf,
    port: u16,
    process: Option<Child>,
    client: Client,
}

impl Service {
    /// A service on a file of its own, which does not run yet.
    pub(crate) fn new() -> Self {
        let folder = env::temp_dir().join(format!("studio-load-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, port, process: None, client: Client::new() }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("studio.db")
    }

    /// Starts it, and waits until its store answers.
    pub(crate) async fn start(&mut self) {
        let process = Command::new(env!("CARGO_BIN_EXE_studio-service"))
            .current_dir(&self.folder)
            .env_remove("DATABASE_URL")
            .envs([("PORT", self.port.to_string()), ("JOB_MS", "150".to_owned())])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(process);
        let started = Instant::now();
        while self.client.get(format!("http://{}/health", self.address())).send().await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "the service does not start");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// SIGKILL, which leaves it no time for anything.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().and_then(|()| process.wait()).unwrap();
        }
    }

    /// The largest plan, so that most of what is asked for can be paid.
    pub(crate) async fn subscribe(&self, account: &str) {
        let body = json!({ "change": "subscribe", "plan": "creator" });
        let request = self.client.post(format!("http://{}/plan", self.address())).header("X-Account", account);
        let answer = request.header("Idempotency-Key", "subscribe").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201);
    }

    /// Waits until no job is under way. Those that nobody knows about stay so.
    pub(crate) async fn until_idle(&self) {
        let started = Instant::now();
        for account in crate::client::all_accounts() {
            loop {
                let request = self.client.get(format!("http://{}/credits", self.address()));
                let view: Value = request.header("X-Account", &account).send().await.unwrap().json().await.unwrap();
                let holds = view["holds"].as_array().unwrap();
                if holds.iter().all(|hold| hold["unknown"] == true) {
                    break;
                }
                assert!(started.elapsed() < Duration::from_secs(60), "a job does not end: {holds:?}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
