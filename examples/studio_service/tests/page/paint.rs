//! How long it takes from a changed setting to the price of it on the screen; measured on demand.

use std::time::Duration;

use crate::place::visit;

/// Changes settings one after another, each once the price before it is painted; how long each took, in milliseconds.
const MEASURE: &str = r"
    const done = arguments[arguments.length - 1];
    const price = document.querySelector('#price');
    const inputs = [0, 1, 2].map((at) => document.querySelector(`#setting-resolution-${at}`));
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    }));
    const told = () => new Promise((resolve) => {
      const watch = new MutationObserver(() => {
        if (price.dataset.state === 'asked') return;
        watch.disconnect();
        resolve();
      });
      watch.observe(price, { attributes: true, attributeFilter: ['data-state'] });
    });
    (async () => {
      const times = [];
      for (let change = 1; change <= 400; change += 1) {
        const answered = told();
        const before = performance.now();
        inputs[change % 3].click();
        await answered;
        times.push(await painted() - before);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      done(times);
    })();";

#[test]
#[ignore = "a measurement: run it alone, optimised, with `-- --ignored --nocapture`"]
fn a_price_is_painted_soon_after_its_setting_has_changed() {
    visit("paint", Duration::from_millis(5), async |visit| {
        let page = &visit.page;
        visit.open().await;
        page.price("49 credits").await;
        page.browser.set_script_timeout(Duration::from_secs(120)).await.unwrap();
        let told = page.browser.execute_async(MEASURE, Vec::new()).await.unwrap();
        let mut times: Vec<f64> = told.json().as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
        times.sort_by(f64::total_cmp);
        let at = |hundredth: usize| times[(times.len() * hundredth / 100).min(times.len() - 1)];
        println!("{} changes: p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms", times.len(), at(50), at(99), at(100));
        assert!(times.len() >= 300);
    });
}
