//! A browser without a screen, driven over `WebDriver`.

use std::{
    env, fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use thirtyfour::{By, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver, prelude::DesiredCapabilities};

/// How long anything may take to be seen.
const PATIENCE: Duration = Duration::from_secs(15);

/// The program that drives the browser, until it is dropped.
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// A driver on a free port, or why there is none.
    pub(crate) fn start() -> Result<Self, String> {
        for program in ["chromium", "chromedriver"] {
            let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !found.is_ok_and(|status| status.success()) {
                return Err(format!("`{program}` is not installed"));
            }
        }
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        drop(listener);
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        Ok(Self { process, port })
    }

    /// A browser with nothing in it.
    pub(crate) async fn browser(&self) -> WebDriver {
        let mut wanted = DesiredCapabilities::chrome();
        let flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
        for flag in flags.into_iter().chain(["--window-size=1200,900"]) {
            wanted.add_arg(flag).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let started = Instant::now();
        loop {
            match WebDriver::new(&format!("http://127.0.0.1:{}", self.port), wanted.clone()).await {
                Ok(browser) => return browser,
                Err(error) if started.elapsed() > PATIENCE => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// A page as somebody sees it.
pub(crate) struct Page {
    pub(crate) browser: WebDriver,
    pub(crate) name: &'static str,
}

impl Page {
    /// What a script says of the page.
    pub(crate) async fn tell(&self, script: &str) -> Value {
        self.browser
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
            .json()
            .clone()
    }

    /// What can be read in an element, once it is there.
    pub(crate) async fn text(&self, place: &str) -> Option<String> {
        let script = format!("return document.querySelector({})?.innerText ?? null", Value::from(place));
        self.tell(&script).await.as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Waits until something can be read in an element.
    #[track_caller]
    pub(crate) fn see(&self, place: &str, wanted: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            loop {
                let text = self.text(place).await;
                if text.as_ref().is_some_and(|text| text.contains(wanted)) {
                    return;
                }
                if started.elapsed() > PATIENCE {
                    self.picture("failed").await;
                    panic!("{at}: `{wanted}` is not seen in {place}: {text:?}");
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Waits until a script says so.
    #[track_caller]
    pub(crate) fn until(&self, condition: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            while self.tell(&format!("return Boolean({condition})")).await != true {
                if started.elapsed() > PATIENCE {
                    self.picture("failed").await;
                    panic!("{at}: it does not come to `{condition}`");
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    pub(crate) async fn click(&self, place: &str) {
        let element = format!("document.querySelector({})", Value::from(place));
        self.until(&element).await;
        self.tell(&format!("{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")).await;
        self.browser
            .find(By::Css(place))
            .await
            .unwrap()
            .click()
            .await
            .unwrap_or_else(|error| panic!("{place}: {error}"));
    }

    /// Chooses a value of a menu.
    pub(crate) async fn choose(&self, menu: &str, value: &str) {
        self.click(&format!("{menu} option[value='{value}']")).await;
    }

    /// Chooses how the simulated job ends.
    pub(crate) async fn fate(&self, fate: &str) {
        if self.tell("return document.querySelector('.demonstration').open").await == false {
            self.click(".demonstration summary").await;
        }
        self.choose("#fate", fate).await;
    }

    /// Sets how many.
    pub(crate) async fn count(&self, count: u32) {
        let field = self.browser.find(By::Id("count")).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(count.to_string()).await.unwrap();
    }

    /// Types where the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<thirtyfour::TypingData>) {
        self.browser.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Waits for the price of what is asked for.
    #[track_caller]
    pub(crate) fn price(&self, total: &str) -> impl Future<Output = ()> {
        let told = ["told", "refused"].map(|state| format!("#price[data-state={state}] tfoot .total")).join(", ");
        let total = total.to_owned();
        let seen = std::panic::Location::caller();
        async move {
            let condition =
                format!("document.querySelector({})?.innerText === {}", Value::from(told), Value::from(total));
            let started = Instant::now();
            while self.tell(&format!("return {condition}")).await != true {
                assert!(started.elapsed() < PATIENCE, "{seen}: {condition}: {:?}", self.text("#price").await);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Keeps what is seen as a picture.
    pub(crate) async fn picture(&self, what: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page");
        fs::create_dir_all(&folder).unwrap();
        self.browser.screenshot(&folder.join(format!("{}-{what}.png", self.name))).await.unwrap();
    }

    /// Asks the browser for what a script cannot do.
    pub(crate) async fn command(&self, command: &str, arguments: Value) -> Value {
        self.browser.cdp().send_raw(command, arguments).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Nothing went wrong that nobody saw. That a request was refused is an answer, and no fault.
    pub(crate) async fn assert_quiet(&self) {
        let log = self.browser.browser_log().await.unwrap();
        let faults: Vec<_> = log.iter().map(|entry| format!("{entry:?}")).filter(|entry| is_fault(entry)).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

fn is_fault(entry: &str) -> bool {
    let is_refusal = entry.contains("the server responded with a status of 4");
    !is_refusal && ["Severe", "SEVERE", "Warning", "WARNING"].iter().any(|level| entry.contains(level))
}

/// The driver, or nothing where it cannot be had. Where everything has to be there, that is a fault.
pub(crate) fn driver() -> Option<Driver> {
    match Driver::start() {
        Ok(driver) => Some(driver),
        Err(why) if env::var_os("CI").is_some() => panic!("{why}"),
        Err(why) => {
            println!("skipped: {why}");
            None
        }
    }
}
