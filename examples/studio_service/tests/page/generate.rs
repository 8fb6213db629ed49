//! From a setting to a charge.

use std::time::Duration;

use crate::place::visit;

const MOMENT: Duration = Duration::from_millis(800);

#[test]
fn a_price_follows_its_settings_and_is_charged() {
    visit("charged", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.price("49 credits").await;
        page.click("label:has(#setting-resolution-1)").await;
        page.price("73.5 credits").await;
        page.choose("#model", "flux-dev").await;
        page.price("5 credits").await;
        page.click("#more").await;
        page.price("10 credits").await;
        page.count(4).await;
        page.price("20 credits").await;
        page.see("#quote", "4 × 5 output").await;
        page.picture("price").await;

        page.fate("delivered").await;
        page.click("#generate").await;
        page.see(".work", "20 credits set aside").await;
        page.see("#credits", "30 credits 20 held").await;
        page.see("#said", "flux-dev × 4: 20 credits set aside").await;
        page.picture("held").await;
        page.see(".work[data-ended=charged]", "20 credits charged.").await;
        page.see("#said", "flux-dev × 4: 20 credits charged.").await;
        page.until("document.querySelector('#held').hidden").await;
        page.see("#credits", "30 credits").await;
        page.click(".work .receipt summary").await;
        page.see(".work .receipt", "4 × 5").await;
    });
}

#[test]
fn work_that_fails_costs_nothing_and_work_in_part_costs_its_part() {
    visit("endings", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "flux-dev").await;
        page.count(4).await;
        page.price("20 credits").await;
        for (fate, ended, text, available) in [
            ("failed", "returned", "It failed. Nothing charged; 20 credits returned.", "50 credits"),
            ("blocked", "returned", "A policy blocked the result. Nothing charged; 20 credits returned.", "50 credits"),
            ("partly", "part-charged", "Partly delivered. 10 of 20 credits charged; 10 returned.", "40 credits"),
        ] {
            page.fate(fate).await;
            page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
            page.click("#generate").await;
            page.see(".work:first-child", "set aside while it is made").await;
            page.see(&format!(".work:first-child[data-ended={ended}]"), text).await;
            page.see("#credits", available).await;
        }
        page.see(".work:first-child .badge", "Part charged").await;
        page.fate("unknown").await;
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.click("#generate").await;
        page.see(".work[data-state=unknown]", "Nobody knows yet how it ended. 20 credits stay set aside until").await;
        page.see("#credits", "20 credits 20 held").await;
    });
}

#[test]
fn work_is_called_off_and_survives_a_reload() {
    visit("cancelled", Duration::from_secs(600), async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "flux-dev").await;
        page.price("5 credits").await;
        page.click("#generate").await;
        page.see(".work[data-state=held]", "5 credits set aside").await;
        // The Free plan has one at once, and says so.
        page.see("#refusal", "Your plan has 1 generation at once, and one is under way. Wait until one ends.").await;
        page.picture("one-at-once").await;
        page.browser.refresh().await.unwrap();
        page.see(".work[data-state=held]", "5 credits set aside").await;
        page.click(".work .quiet").await;
        page.see(".work", "It was called off. Nothing charged; 5 credits returned.").await;
        page.see("#credits", "50 credits").await;
        page.until("document.querySelector('#refusal').innerText === ''").await;
    });
}

#[test]
fn what_cannot_be_asked_for_says_why() {
    visit("form", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.price("49 credits").await;
        page.count(0).await;
        page.see("#refusal", "How many: ").await;
        page.see("#sum", "No price").await;
        assert_eq!(page.tell("return document.querySelector('#generate').ariaDisabled").await, "true");
        page.count(2).await;
        page.price("98 credits").await;
        page.click("#studios input[value=community]").await;
        page.see("#refusal", "“tier” is missing, and the price depends on it").await;
        page.click("label:has(#setting-tier-2)").await;
        page.price("20 credits").await;
        page.click("#studios input[value=shorts]").await;
        page.price("600 credits").await;
        let field = page.browser.find(thirtyfour::By::Id("setting-duration")).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys("5").await.unwrap();
        page.price("100 credits").await;
        page.see("#quote", "This is an estimate. At most 100 credits.").await;
        field.send_keys("5555").await.unwrap();
        page.see("#refusal", "Duration, in seconds: ").await;
    });
}

#[test]
fn an_older_price_never_takes_the_place_of_a_newer_one() {
    visit("stale", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.price("49 credits").await;
        // The first question is answered late, as if its abortion came too late as well.
        page.tell(
            "const real = window.fetch; let first = true;
             window.fetch = async (path, options) => {
               if (path !== '/quote' || !first) return real(path, options);
               first = false;
               const answer = await real(path, { ...options, signal: undefined });
               await new Promise((resolve) => setTimeout(resolve, 400));
               window.late = true;
               return answer;
             };",
        )
        .await;
        page.click("label:has(#setting-resolution-2)").await;
        page.click("label:has(#setting-resolution-1)").await;
        page.price("73.5 credits").await;
        page.until("window.late").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        page.price("73.5 credits").await;
    });
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_key() {
    visit("lost", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "flux-dev").await;
        page.price("5 credits").await;
        // The service gets each request, and its answers do not come back.
        page.tell(
            "const real = window.fetch; window.keys = []; window.lost = true;
             window.fetch = async (path, options) => {
               if (path !== '/generations') return real(path, options);
               window.keys.push(options.headers['Idempotency-Key']);
               const answer = await real(path, options);
               if (window.lost) throw new TypeError('Failed to fetch');
               return answer;
             };",
        )
        .await;
        page.fate("delivered").await;
        page.click("#generate").await;
        page.see(".work[data-state=lost]", "nobody knows whether it was begun").await;
        page.picture("lost").await;
        page.tell("window.lost = false").await;
        page.click(".work .quiet").await;
        page.see(".work[data-ended=charged]", "5 credits charged").await;
        assert_eq!(
            page.tell("return [window.keys.length, new Set(window.keys).size]").await,
            serde_json::json!([5, 1])
        );
        page.see("#credits", "45 credits").await;
        assert_eq!(visit.get("/credits").await["available"], "45");
    });
}

#[test]
fn what_was_lost_for_one_account_is_never_asked_for_another() {
    visit("accounts", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "flux-dev").await;
        page.price("5 credits").await;
        // No request for work gets as far as the service.
        page.tell(
            "const real = window.fetch;
             window.fetch = async (path, options) => {
               if (path === '/generations') throw new TypeError('Failed to fetch');
               return real(path, options);
             };",
        )
        .await;
        page.fate("delivered").await;
        page.click("#generate").await;
        page.see(".work[data-state=lost]", "nobody knows whether it was begun").await;
        // Somebody else, in the same tab.
        let home = page.browser.current_url().await.unwrap();
        page.browser.goto(format!("{home}?account=eve")).await.unwrap();
        page.see("#whose", "eve").await;
        page.until("['told', 'refused'].includes(document.querySelector('#price').dataset.state)").await;
        assert_eq!(page.tell("return document.querySelectorAll('.work').length").await, 0);
        page.see("#credits", "50 credits").await;
        // Whoever it was lost for has it when they come back.
        page.browser.goto(home.as_str()).await.unwrap();
        page.see(".work[data-ended=charged]", "5 credits charged").await;
        assert_eq!(visit.get("/credits").await["available"], "45");
    });
}
