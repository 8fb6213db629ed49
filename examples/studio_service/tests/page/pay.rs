//! What cannot be paid for, and what would help.

use std::time::Duration;

use serde_json::json;

use crate::place::visit;

const MOMENT: Duration = Duration::from_millis(600);

#[test]
fn what_cannot_be_paid_says_what_would_help_and_a_top_up_lets_it_through() {
    visit("top-up", MOMENT, async |visit| {
        let page = &visit.page;
        visit.subscribe("basic").await;
        visit.open().await;
        page.see("#credits", "3050 credits").await;
        page.choose("#model", "nano-banana-pro").await;
        page.count(40).await;
        page.price("3200 credits").await;
        let missing = "200 credits missing: this needs 3200, and you have 3000 for it, \
                       beside 50 that are for other work only.";
        page.see("#refusal", missing).await;
        page.see("#refusal", "Top up 1000").await;
        page.see("#refusal", "Move to Standard").await;
        page.see("#price-said", missing).await;
        assert_eq!(page.tell("return document.querySelector('#generate').ariaDisabled").await, "true");
        page.picture("refused").await;

        page.click("#help-pack-small").await;
        page.until("document.activeElement.id === 'pack-small'").await;
        page.picture("shop").await;
        page.keys("\u{e007}").await;
        page.see("#told", "Done. 4050 credits available.").await;
        // What was bought from is drawn anew, and whoever stood there stands there.
        page.see("#balance", "4050 credits available").await;
        assert_eq!(page.tell("return document.activeElement.id").await, "pack-small");
        page.keys("\u{e00c}").await;
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.fate("delivered").await;
        page.click("#generate").await;
        page.see(".work[data-ended=charged]", "3200 credits charged.").await;
        page.see("#credits", "850 credits").await;
    });
}

#[test]
fn what_another_client_took_meanwhile_is_refused_with_402_in_words() {
    visit("meanwhile", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "flux-dev").await;
        page.count(8).await;
        page.price("40 credits").await;
        visit.begin("another", "delivered", json!({ "studio": "image", "model": "flux-dev", "count": 4 })).await;
        page.click("#generate").await;
        page.see("#refusal", "10 credits missing: this needs 40, and you have 30 for it.").await;
        page.see("#refusal", "50 more come with your plan on").await;
        page.until("document.querySelectorAll('.work').length === 0").await;
        page.see("#credits", "30 credits").await;
    });
}

#[test]
fn a_plan_opens_what_was_refused() {
    visit("plan", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "nano-banana-pro").await;
        page.see("#refusal", "The Free plan does not have the model nano-banana-pro.").await;
        page.click("#help-plan-basic").await;
        page.until("document.activeElement.id === 'plan-basic'").await;
        page.keys(" ").await;
        page.see("#told", "Done. 3050 credits available.").await;
        page.see("#plan-name", "Basic").await;
        page.click("#plan-standard").await;
        page.see("#plan-name", "Standard").await;
        page.picture("upgraded").await;
        page.click("#plan-change").await;
        page.see("#shop", "Cancelled: it ends on").await;
        page.click("#plan-change").await;
        page.see("#shop", "Paid until").await;
        page.click("#close").await;
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.price("80 credits").await;
    });
}

#[test]
fn a_plan_that_is_cancelled_once_more_after_a_lost_answer_is_cancelled() {
    visit("cancelled-twice", MOMENT, async |visit| {
        let page = &visit.page;
        visit.subscribe("basic").await;
        visit.open().await;
        // The service does what it is asked, and its answers do not come back.
        page.tell(
            "const real = window.fetch; window.lost = true;
             window.fetch = async (path, options) => {
               const answer = await real(path, options);
               if (path === '/plan' && window.lost) throw new TypeError('Failed to fetch');
               return answer;
             };",
        )
        .await;
        page.click("#credits").await;
        page.click("#plan-change").await;
        page.see("#told", "The studio does not answer").await;
        page.see("#shop", "Cancelled: it ends on").await;
        page.tell("window.lost = false").await;
        page.click("#plan-change").await;
        page.see("#shop", "Paid until").await;
        page.click("#plan-change").await;
        page.see("#shop", "Cancelled: it ends on").await;
    });
}

#[test]
fn what_has_no_known_maximum_asks_for_one() {
    visit("open-price", MOMENT, async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "chatgpt-image-2").await;
        page.price("6 credits").await;
        page.see("#agreed-field", "I agree to at most").await;
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.fate("delivered").await;
        page.click("#generate").await;
        page.see(".work", "6 credits charged.").await;
        // Tokens are no credits, and another unit is no price for this account.
        page.click("#studios input[value=api]").await;
        page.see("#refusal", "This is not sold for credits, which is what the account has.").await;
    });
}

#[test]
fn what_somebody_agrees_to_is_what_is_set_aside() {
    visit("agreed", Duration::from_secs(600), async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.choose("#model", "chatgpt-image-2").await;
        page.until("!document.querySelector('#agreed-field').hidden").await;
        let field = page.browser.find(thirtyfour::By::Id("agreed")).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys("7.5").await.unwrap();
        page.until("document.querySelector('#generate').ariaDisabled === 'false'").await;
        page.click("#generate").await;
        page.see(".work[data-state=held]", "7.5 credits set aside").await;
    });
}
