//! Any text: it is a book or it is refused with reasons, the check says no other, and a book that is written out and
//! read back is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, PriceBook},
};
use studio_credits_fuzz::{agree, is_refused, is_told, now, page};

/// How many models of a book are priced.
const MODELS: usize = 8;

fuzz_target!(|text: &str| {
    let Some(book) = read(text) else { return };
    let (found, engine) = (book.check(), CostEngine::new(&book));
    is_told(&found);
    assert_eq!(is_refused(&found), engine.is_err(), "{found:?}");
    let written = book.to_toml();
    let again = PriceBook::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again.to_toml(), written);
    let (engine, again) = match (engine, CostEngine::new(&again)) {
        (Ok(engine), Ok(again)) => (engine, again),
        (Err(error), Err(_)) => return is_told(&error.faults),
        (Ok(_), Err(error)) => panic!("not when written out: {error}\n{written}"),
        (Err(error), Ok(_)) => panic!("only when written out: {error}\n{written}"),
    };
    let edition = book.edition();
    assert_eq!(engine.checksum(edition), again.checksum(edition), "{written}");
    let Ok(catalog) = engine.catalog(now()) else { return };
    let models = catalog.studios.iter().flat_map(|studio| studio.models.iter().map(|model| (studio.name, model)));
    for (studio, model) in models.take(MODELS) {
        let tool = model.offers.first().and_then(|offer| offer.tools.first());
        let mut request = GenerationRequest::new(studio, model.name).expect("names out of the book");
        agree(&engine, &request, now());
        if let Some(tool) = tool {
            request = request.with_tool(tool).expect("a name out of the book");
            agree(&engine, &request.with_count(3).expect("a count"), now());
        }
    }
});

/// The book, over the one of the page that it extends; a text that is none is refused by every reader.
fn read(text: &str) -> Option<PriceBook> {
    let found = PriceBook::check_file("fuzzed.toml", text);
    is_told(&found);
    match PriceBook::parse_layers("fuzzed.toml", text, page) {
        Ok(book) => Some(book),
        Err(error) => {
            assert!(!error.faults.is_empty());
            assert!(is_refused(&found), "{found:?} of a text that is refused: {error}");
            is_told(&error.faults);
            None
        }
    }
}
