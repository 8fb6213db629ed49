//! Whoever comes can use it: on a phone, in the dark, by ear.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    browser::Page,
    place::{Visit, visit},
};

const MOMENT: Duration = Duration::from_millis(300);

/// Text whose contrast with what stands behind it is less than 4.5 to 1, which is what WCAG asks for.
const FAINT: &str = r"
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = numbers(getComputedStyle(at).backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    const faint = new Set();
    const shown = document.querySelector('dialog[open]') ?? document.body;
    const texts = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.data.trim();
      if (!text || !element.checkVisibility() || element.closest('.unseen, option, script')) continue;
      // What cannot be used now is allowed to be faint.
      if (element.closest('[aria-disabled=true]')) continue;
      seen += 1;
      const pair = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      if (ratio < 4.5) faint.add(`${element.tagName}.${element.className}: ${text}: ${ratio.toFixed(2)}`);
    }
    return { seen, faint: [...faint] };";

async fn assert_readable(page: &Page) {
    let told = page.tell(FAINT).await;
    assert!(told["seen"].as_u64().unwrap() > 20, "{told}");
    assert_eq!(told["faint"], json!([]), "{told:#}");
}

/// Everything that can be used has a name that can be said.
async fn assert_named(page: &Page) {
    let tree = page.command("Accessibility.getFullAXTree", json!({})).await;
    let value = |node: &Value, part: &str| node[part]["value"].as_str().unwrap_or_default().to_owned();
    let used = ["button", "checkbox", "combobox", "dialog", "radio", "spinbutton", "textbox", "link", "region"];
    let nodes = tree["nodes"].as_array().unwrap();
    let controls: Vec<_> = nodes.iter().filter(|node| used.contains(&value(node, "role").as_str())).collect();
    assert!(controls.len() > 5, "{}", controls.len());
    for control in controls {
        assert!(!value(control, "name").trim().is_empty(), "{control:#}");
    }
}

async fn some_work(visit: &Visit) {
    visit.begin("g1", "partly", json!({ "studio": "image", "model": "flux-dev", "count": 4 })).await;
    visit.open().await;
    visit.page.choose("#model", "flux-dev").await;
    visit.page.price("5 credits").await;
    visit.page.fate("delivered").await;
    visit.page.click("#generate").await;
    visit.page.see(".work[data-ended=charged]", "5 credits charged").await;
    visit.page.choose("#model", "nano-banana-2").await;
    visit.page.see("#refusal", "credits missing").await;
}

#[test]
fn a_phone_scrolls_one_way_only() {
    visit("phone", MOMENT, async |visit| {
        let page = &visit.page;
        let phone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
        page.command("Emulation.setDeviceMetricsOverride", phone).await;
        some_work(visit).await;
        let widths = "const page = document.scrollingElement; return [page.scrollWidth, page.clientWidth]";
        assert_eq!(page.tell(widths).await, json!([360, 360]));
        page.picture("form").await;
        page.tell("document.querySelector('#price').scrollIntoView()").await;
        page.picture("price").await;
        page.tell("document.querySelector('#works').scrollIntoView()").await;
        page.picture("works").await;
        page.click("#credits").await;
        page.see("#lots", "Free").await;
        page.see("#usage", "Image").await;
        let widths = "const body = document.querySelector('#window-body');
                      return [body.scrollWidth - body.clientWidth, innerWidth]";
        assert_eq!(page.tell(widths).await, json!([0, 360]));
        page.picture("window").await;
        page.tell("document.querySelector('#shop').scrollIntoView()").await;
        page.picture("shop").await;
    });
}

#[test]
fn what_is_written_can_be_read_by_day_and_by_night() {
    visit("scheme", MOMENT, async |visit| {
        let page = &visit.page;
        some_work(visit).await;
        for scheme in ["light", "dark"] {
            let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            page.command("Emulation.setEmulatedMedia", feature).await;
            let ground = page.tell("return getComputedStyle(document.body).backgroundColor").await;
            assert_eq!(ground, if scheme == "dark" { "rgb(18, 19, 23)" } else { "rgb(246, 246, 243)" });
            assert_readable(page).await;
            page.picture(scheme).await;
            page.click("#credits").await;
            page.see("#usage", "Image").await;
            assert_readable(page).await;
            page.picture(&format!("window-{scheme}")).await;
            page.click("#close").await;
        }
    });
}

#[test]
fn every_control_has_a_name_and_motion_can_be_had_off() {
    visit("names", Duration::from_secs(600), async |visit| {
        let page = &visit.page;
        visit.subscribe("basic").await;
        visit.open().await;
        for studio in ["image", "video", "voice", "music", "community"] {
            page.click(&format!("#studios input[value={studio}]")).await;
            page.until("document.querySelector('#price').dataset.state !== 'asked'").await;
            assert_named(page).await;
        }
        page.click("#studios input[value=image]").await;
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.click("#generate").await;
        page.see(".work[data-state=held]", "set aside").await;
        let motion = "return getComputedStyle(document.querySelector('.bar'), '::after').animationName";
        assert_eq!(page.tell(motion).await, "along");
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        page.command("Emulation.setEmulatedMedia", still).await;
        assert_eq!(page.tell(motion).await, "none");
        assert_named(page).await;
        page.click("#credits").await;
        page.see("#holds", "set aside").await;
        assert_named(page).await;
    });
}
