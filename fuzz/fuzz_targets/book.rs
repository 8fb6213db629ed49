//! Any text: it is a book or it is refused with reasons, and a book that is written out and read back is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, PriceBook},
};
use studio_credits_fuzz::{agree, is_told, now};

/// How many models of a book are priced.
const MODELS: usize = 8;

fuzz_target!(|text: &str| {
    let book = match PriceBook::parse_file("fuzzed.toml", text) {
        Ok(book) => book,
        Err(error) => return is_told(&error),
    };
    let written = book.to_toml();
    let again = PriceBook::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again.to_toml(), written);
    let (engine, again) = match (CostEngine::new(&book), CostEngine::new(&again)) {
        (Ok(engine), Ok(again)) => (engine, again),
        (Err(error), Err(_)) => return is_told(&error),
        (Ok(_), Err(error)) => panic!("not when written out: {error}\n{written}"),
        (Err(error), Ok(_)) => panic!("only when written out: {error}\n{written}"),
    };
    let edition = book.edition();
    assert_eq!(engine.checksum(edition), again.checksum(edition), "{written}");
    let Ok(catalog) = engine.catalog(now()) else { return };
    let models = catalog.studios.iter().flat_map(|studio| studio.models.iter().map(|model| (studio.name, model)));
    for (studio, model) in models.take(MODELS) {
        let tool = model.offers.first().and_then(|offer| offer.tools.first());
        let Ok(mut request) = GenerationRequest::new(studio, model.name) else { continue };
        agree(&engine, &request, now());
        if let Some(tool) = tool {
            request = request.with_tool(tool).expect("a name out of the book");
            agree(&engine, &request.with_count(3).expect("a count"), now());
        }
    }
});
