//! The page for people, as it is written: nothing is built, and nothing comes from elsewhere.

use axum::{
    Router,
    http::{
        HeaderName, HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY},
    },
    response::IntoResponse,
    routing::get,
};

/// Its own files alone, and no markup from a script: whatever a name holds, it cannot run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../page/", $name))
    };
    ($kind:expr, $name:literal) => {
        (concat!("/page/", $name), $kind, file!($name))
    };
}

/// Path, content type and text of each file.
const FILES: &[(&str, &str, &str)] = &[
    ("/", HTML, file!("index.html")),
    file!(SVG, "icon.svg"),
    file!(CSS, "form.css"),
    file!(CSS, "price.css"),
    file!(CSS, "style.css"),
    file!(CSS, "window.css"),
    file!(CSS, "works.css"),
    file!(SCRIPT, "amount.js"),
    file!(SCRIPT, "ask.js"),
    file!(SCRIPT, "attempts.js"),
    file!(SCRIPT, "balance.js"),
    file!(SCRIPT, "draw.js"),
    file!(SCRIPT, "form.js"),
    file!(SCRIPT, "history.js"),
    file!(SCRIPT, "limits.js"),
    file!(SCRIPT, "main.js"),
    file!(SCRIPT, "once.js"),
    file!(SCRIPT, "price.js"),
    file!(SCRIPT, "progress.js"),
    file!(SCRIPT, "refusal.js"),
    file!(SCRIPT, "setting.js"),
    file!(SCRIPT, "shop.js"),
    file!(SCRIPT, "usage.js"),
    file!(SCRIPT, "window.js"),
    file!(SCRIPT, "words.js"),
    file!(SCRIPT, "works.js"),
];

/// `GET /` and the files that it names.
pub(crate) fn page<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, &(path, kind, text)| {
        router.route(path, get(move || async move { (headers(kind), text).into_response() }))
    })
}

fn headers(kind: &'static str) -> [(HeaderName, HeaderValue); 3] {
    [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")]
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
}
