//! Books with every shape of price: one made for this, those of the page that describes the language, the vendors', and
//! the default one.

use std::{fs, path::Path, sync::OnceLock};

use chrono::{DateTime, Utc};
use studio_credits::{
    books,
    pricing::{Catalog, CostEngine, PriceBook},
};

const RICH: &str = include_str!("rich.toml");
const PAGE: &str = include_str!("../../src/pricing/language.md");
const HEAD: &str = "name = 'demo'\nedition = '1'\nunit = 'credits'\n";

/// A compiled book, and what it sells.
pub struct Shop {
    pub engine: &'static CostEngine,
    pub catalog: Catalog<'static>,
}

/// All shops, opened once and never closed.
pub fn shops() -> &'static [Shop] {
    static SHOPS: OnceLock<Vec<Shop>> = OnceLock::new();
    SHOPS.get_or_init(|| {
        let whole = |block: &str| if block.starts_with("name =") { block.to_owned() } else { format!("{HEAD}{block}") };
        let vendors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/books");
        let mut files: Vec<_> = fs::read_dir(vendors).expect("a folder").map(|it| it.expect("a file").path()).collect();
        files.sort();
        let texts = files.iter().map(|file| fs::read_to_string(file).expect("a text"));
        let texts = [RICH.to_owned()].into_iter().chain(blocks().map(whole)).chain(texts);
        let read = |text: String| {
            PriceBook::parse_layers("book.toml", &text, page).unwrap_or_else(|error| panic!("{error}\n{text}"))
        };
        texts.map(read).chain([books::imagineart()]).map(|book| Shop::open(&book)).collect()
    })
}

/// A book of the page by its name, for those that extend it.
pub fn page(name: &str) -> Option<(String, String)> {
    let head = format!("name = \"{name}\"\n");
    blocks().find(|block| block.starts_with(&head)).map(|block| ("page.toml".to_owned(), block.to_owned()))
}

fn blocks() -> impl Iterator<Item = &'static str> {
    PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

impl Shop {
    fn open(book: &PriceBook) -> Self {
        let engine = CostEngine::new(book).unwrap_or_else(|error| panic!("{error}"));
        let engine: &'static CostEngine = Box::leak(Box::new(engine));
        Self { engine, catalog: engine.catalog(now()).expect("it is in force") }
    }
}

/// An instant at which all of them are in force, though not each rule is.
pub fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}
