//! The credits window.

use std::time::Duration;

use serde_json::json;

use crate::place::visit;

#[test]
fn the_window_opens_by_keyboard_and_gives_the_focus_back() {
    visit("window", Duration::from_millis(5), async |visit| {
        let page = &visit.page;
        visit.subscribe("basic").await;
        for (key, fate, studio, model, count) in [
            ("g1", "delivered", "image", "flux-dev", 4),
            ("g2", "partly", "image", "nano-banana-2", 4),
            ("g3", "failed", "video", "wan-2.2", 1),
            ("g4", "delivered", "video", "wan-2.2", 2),
        ] {
            let body = json!({ "studio": studio, "model": model, "count": count });
            visit.begin(key, fate, body).await;
        }
        visit.open().await;
        // The skip link first, then the balance.
        page.keys("\u{e004}").await;
        page.keys("\u{e004}").await;
        assert_eq!(page.tell("return document.activeElement.id").await, "credits");
        page.keys("\u{e007}").await;
        page.until("document.querySelector('#window').open").await;
        assert_eq!(page.tell("return document.activeElement.id").await, "window-title");

        page.see("#balance", "credits available").await;
        page.see("#lots", "Subscription 2872 of 3000 0 29 Dec 2026, 12:00").await;
        page.see("#next-refill", "50 credits on 30 Nov 2026, 00:00, in 1").await;
        page.until("/^11:59:|^12:00:00$/.test(document.querySelector('#countdown').innerText)").await;
        page.see("#limits", "Generations at once in Image").await;
        page.see("#usage", "Image 118 2 charges").await;
        page.see("#usage", "Video 60").await;
        page.see("#history", "wan-2.2: failed, nothing charged of 30").await;
        page.see("#history", "nano-banana-2: 2 of 4 delivered, part charged, 98 of 196").await;
        page.picture("top").await;
        page.click("#history-g2 summary").await;
        page.see("#history-g2", "4 asked for. Outcome: delivered.").await;
        page.see("#history-g2", "2 × 49").await;
        page.tell("document.querySelector('#usage').scrollIntoView()").await;
        page.picture("usage").await;
        page.tell("document.querySelector('#history').scrollIntoView()").await;
        page.picture("history").await;

        page.keys("\u{e00c}").await;
        page.until("!document.querySelector('#window').open").await;
        assert_eq!(page.tell("return document.activeElement.id").await, "credits");
    });
}

#[test]
fn a_month_that_is_too_long_for_a_statement_hides_nothing_else() {
    visit("no-statement", Duration::from_millis(5), async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.tell(
            "const real = window.fetch;
             window.fetch = (path, options) =>
               real(path === '/statement' ? '/statement?from=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z' : path,
                 options);",
        )
        .await;
        page.click("#credits").await;
        page.see("#balance", "50 credits available").await;
        page.see("#usage", "A period ends after it begins.").await;
        page.see("#shop", "Basic").await;
    });
}
