//! One intention is one generation, however often it is pressed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    browser::Page,
    place::{Visit, visit},
};

const MOMENT: Duration = Duration::from_millis(300);

/// Whether Generate does something when it is pressed.
const OFFERED: &str = "document.querySelector('#generate').ariaDisabled === 'false'";

/// Follows what is asked of the service: `keys` of requests for work, which are sent on while `isHeld` is not set, and
/// whose answers are lost while `isLost` is.
const FOLLOWED: &str = "
    const real = window.fetch; window.keys = [];
    window.fetch = async (path, options) => {
      if (path !== '/generations') return real(path, options);
      window.keys.push(options.headers['Idempotency-Key']);
      while (window.isHeld) await new Promise((resolve) => setTimeout(resolve, 10));
      const answer = await real(path, options);
      if (window.isLost) throw new TypeError('Failed to fetch');
      return answer;
    };";

/// Opens the page of somebody who may have several at once, at a price of 5 credits.
async fn open(visit: &Visit) {
    visit.subscribe("basic").await;
    visit.open().await;
    visit.page.choose("#model", "flux-dev").await;
    visit.page.price("5 credits").await;
    visit.page.until(OFFERED).await;
    visit.page.fate("delivered").await;
    visit.page.tell(FOLLOWED).await;
}

/// How many requests there were, and how many keys they had.
async fn asked(page: &Page) -> Value {
    page.tell("return [window.keys.length, new Set(window.keys).size]").await
}

#[test]
fn two_clicks_before_the_answer_are_one_generation() {
    visit("two-clicks", MOMENT, async |visit| {
        let page = &visit.page;
        open(visit).await;
        page.tell("window.isHeld = true; generate.click(); generate.click()").await;
        page.see(".work[data-state=asked]", "The price is being set aside").await;
        // The price is asked for anew, as when somebody comes back to the page, and nothing else can be taken up.
        page.tell("document.dispatchEvent(new Event('visibilitychange'))").await;
        page.until("document.querySelector('#price').dataset.state === 'told'").await;
        page.tell("generate.click()").await;
        assert_eq!(page.tell(&format!("return {OFFERED}")).await, false);
        assert_eq!(asked(page).await, json!([1, 1]));
        // Something else is another intention, and back again it is the same as before.
        page.click("#more").await;
        page.price("10 credits").await;
        page.until(OFFERED).await;
        page.click("#fewer").await;
        page.price("5 credits").await;
        page.tell("generate.click()").await;
        assert_eq!(asked(page).await, json!([1, 1]));
        page.tell("window.isHeld = false").await;
        page.see(".work[data-ended=charged]", "5 credits charged.").await;
        page.until(OFFERED).await;
        assert_eq!(visit.get("/credits").await["available"], "3045");
        // What was answered is over, and the next press is another generation.
        page.click("#generate").await;
        page.until("document.querySelectorAll('.work[data-ended=charged]').length === 2").await;
        assert_eq!(asked(page).await, json!([2, 2]));
        assert_eq!(visit.get("/credits").await["available"], "3040");
    });
}

/// Presses and lets go of the mouse over Generate; of how many clicks in a row this is one, the browser is told.
async fn click(page: &Page, in_a_row: u32) {
    page.tell("generate.scrollIntoView({ block: 'center', behavior: 'instant' })").await;
    let place = page.tell("const { x, y } = generate.getBoundingClientRect(); return [x + 9, y + 9]").await;
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": in_a_row });
        page.command("Input.dispatchMouseEvent", event).await;
    }
}

#[test]
fn the_second_click_of_a_double_click_and_a_key_held_down_are_no_further_generations() {
    visit("double-click", MOMENT, async |visit| {
        let page = &visit.page;
        open(visit).await;
        for wanted in 1..=2 {
            click(page, 1).await;
            // However fast the answer is.
            page.until(&format!("document.querySelectorAll('.work[data-ended=charged]').length === {wanted}")).await;
            page.until(OFFERED).await;
            click(page, 2).await;
            assert_eq!(asked(page).await, json!([wanted, wanted]));
        }
        page.tell("generate.focus()").await;
        let press = |again| {
            json!({ "type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r",
            "windowsVirtualKeyCode": 13, "autoRepeat": again })
        };
        for (again, wanted) in [(false, 3), (true, 3), (true, 3), (false, 4)] {
            page.command("Input.dispatchKeyEvent", press(again)).await;
            page.until(&format!("document.querySelectorAll('.work[data-ended=charged]').length === {wanted}")).await;
            page.until(OFFERED).await;
            assert_eq!(asked(page).await, json!([wanted, wanted]));
        }
    });
}

#[test]
fn what_was_lost_keeps_its_key_where_the_same_is_generated_once_more() {
    visit("lost-twice", MOMENT, async |visit| {
        let page = &visit.page;
        open(visit).await;
        page.tell("window.isLost = true").await;
        page.click("#generate").await;
        page.see(".work[data-state=lost]", "nobody knows whether it was begun").await;
        page.until(OFFERED).await;
        page.click("#generate").await;
        page.until("window.keys.length === 8").await;
        page.see(".work[data-state=lost]", "nobody knows whether it was begun").await;
        assert_eq!(asked(page).await, json!([8, 1]));
        // Its own button and Generate, one after the other, ask once.
        page.until(OFFERED).await;
        page.tell("window.isLost = false; window.isHeld = true").await;
        page.click(".work .quiet").await;
        page.tell("generate.click()").await;
        assert_eq!(asked(page).await, json!([9, 1]));
        page.tell("window.isHeld = false").await;
        page.see(".work[data-ended=charged]", "5 credits charged.").await;
        assert_eq!(page.tell("return document.querySelectorAll('.work').length").await, 1);
        page.click("#more").await;
        page.price("10 credits").await;
        page.until(OFFERED).await;
        page.click("#generate").await;
        page.see(".work[data-ended=charged]", "10 credits charged.").await;
        assert_eq!(asked(page).await, json!([10, 2]));
        assert_eq!(visit.get("/credits").await["available"], "3035");
    });
}
