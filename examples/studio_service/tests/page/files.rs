//! What the page is made of, as it is served.

use std::{fs, path::Path, time::Duration};

use crate::place::listen;

const KINDS: [(&str, &str); 4] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
];

/// Every file of the folder is there, as it is written, and can do nothing but what it is for.
#[tokio::test]
async fn each_file_is_served_as_what_it_is() {
    let (address, _folder) = listen("files", Duration::from_millis(5)).await;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("page")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let place = if name == "index.html" { "/".to_owned() } else { format!("/page/{name}") };
        let answer = reqwest::get(format!("{address}{place}")).await.unwrap();
        assert_eq!(answer.status(), 200, "{place}");
        let header = |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let kind = KINDS.iter().find(|(ending, _)| path.extension().is_some_and(|it| it == *ending)).unwrap().1;
        assert_eq!((header("content-type").as_str(), header("x-content-type-options").as_str()), (kind, "nosniff"));
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{place}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{place}: {policy}");
        let text = answer.text().await.unwrap();
        assert_eq!(text, fs::read_to_string(&path).unwrap(), "{place}");
        // Nothing from elsewhere, and no markup made of text.
        let elsewhere = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!elsewhere.contains("http://") && !elsewhere.contains("https://"), "{place} names another place");
        for banned in ["innerHTML", "insertAdjacentHTML", "document.write", "parseFloat", " style=", "onclick="] {
            assert!(!text.contains(banned), "{place} has `{banned}`");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{place} has a line of more than 120 characters");
        assert!(text.lines().count() <= 400, "{place} has more than 400 lines");
    }
    // What the answers of the service are is for nobody to guess, either.
    let answer = reqwest::get(format!("{address}/credits")).await.unwrap();
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
}
