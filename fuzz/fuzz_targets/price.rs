//! Requests of every shop: price, quote, resolved price and charge agree, and none of them panics.
#![no_main]

use arbitrary::{Result, Unstructured};
use chrono::TimeDelta;
use libfuzzer_sys::fuzz_target;
use studio_credits_fuzz::{agree, ask, now, shops};

fuzz_target!(|bytes: &[u8]| {
    // Too few bytes are no request.
    let _: Result<()> = asked(&mut Unstructured::new(bytes));
});

fn asked(bytes: &mut Unstructured<'_>) -> Result<()> {
    let shop = bytes.choose(shops())?;
    let at = now() + TimeDelta::days(bytes.int_in_range(-40..=400)?);
    while !bytes.is_empty() {
        if let Some(request) = ask(shop, bytes)? {
            agree(shop.engine, &request, at);
        }
    }
    Ok(())
}
