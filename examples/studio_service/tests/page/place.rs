//! A studio for one test, and a browser that looks at it.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    process,
    sync::Mutex,
    time::Duration,
};

use reqwest::{Client, Response};
use serde_json::{Value, json};
use studio_service::{Setup, Store, Studio, router};
use tokio::{net::TcpListener, runtime::Builder};

use crate::browser::{Page, driver};

/// One browser at once: several on a small machine keep each other waiting until none sees anything in time.
static TURN: Mutex<()> = Mutex::new(());

/// A folder for one test, removed with it.
pub(crate) struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A studio that listens, and a page that shows it.
pub(crate) struct Visit {
    pub(crate) page: Page,
    address: String,
    client: Client,
}

impl Visit {
    /// What another client of the same account asks for.
    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.address)).header("Idempotency-Key", key).json(&body);
        request.send().await.unwrap()
    }

    pub(crate) async fn subscribe(&self, plan: &str) {
        let answer = self.post("/plan", "subscribe", json!({ "change": "subscribe", "plan": plan })).await;
        assert_eq!(answer.status(), 201);
    }

    /// Begins a generation that ends so, and waits for its end.
    pub(crate) async fn begin(&self, key: &str, fate: &str, body: Value) {
        let request = self.client.post(format!("{}/generations", self.address)).json(&body);
        let answer = request.header("Idempotency-Key", key).header("X-Simulate", fate).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        while self.get(&format!("/generations/{key}")).await["state"] == "held" {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}{path}", self.address)).send().await.unwrap().json().await.unwrap()
    }

    /// Goes to the page, and waits until it has a price.
    pub(crate) async fn open(&self) {
        // So that instants read the same on every machine.
        self.page.command("Emulation.setLocaleOverride", json!({ "locale": "en-GB" })).await;
        self.page.command("Emulation.setTimezoneOverride", json!({ "timezoneId": "UTC" })).await;
        self.page.browser.goto(&self.address).await.unwrap();
        self.page.until("['told', 'refused'].includes(document.querySelector('#price').dataset.state)").await;
    }
}

/// A studio at noon of one day, whose jobs take so long; where it listens, and the folder of its file.
pub(crate) async fn listen(name: &str, job_time: Duration) -> (String, Folder) {
    let folder = Folder(env::temp_dir().join(format!("studio-page-{}-{name}", process::id())));
    fs::create_dir_all(&folder.0).unwrap();
    let clock = || "2026-11-29T12:00:00Z".parse().unwrap();
    let studio = Studio::new(Store::sqlite(folder.0.join("studio.db")).unwrap(), Setup { job_time, clock }).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(studio)).await });
    (address, folder)
}

/// Visits a studio whose jobs take so long. Whatever becomes of the test, the browser is closed, and nothing may have
/// gone wrong in it.
pub(crate) fn visit(name: &'static str, job_time: Duration, body: impl AsyncFnOnce(&Visit)) {
    let turn = TURN.lock();
    let Some(driver) = driver() else { return };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (visit, _folder) = runtime.block_on(async {
        let (address, folder) = listen(name, job_time).await;
        (Visit { page: Page { browser: driver.browser().await, name }, address, client: Client::new() }, folder)
    });
    let done = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            body(&visit).await;
            visit.page.picture("end").await;
            visit.page.assert_quiet().await;
        });
    }));
    let closed = runtime.block_on(visit.page.browser.quit());
    drop(driver);
    drop(turn);
    if let Err(failure) = done {
        resume_unwind(failure);
    }
    closed.unwrap();
}
