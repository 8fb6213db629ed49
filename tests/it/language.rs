//! The page that describes the language says the truth: every block is a book, and its examples hold.

use studio_credits::pricing::{CostEngine, PriceBook};

const PAGE: &str = include_str!("../../src/pricing/language.md");
const HEAD: &str = "name = 'demo'\nedition = '1'\nunit = 'credits'\n";

#[test]
fn every_block_of_the_page_compiles_and_its_examples_hold() {
    let blocks: Vec<&str> = PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 12);
    let named = |name: &str| {
        let block = blocks.iter().find(|block| block.starts_with(&format!("name = \"{name}\"")))?;
        Some((name.to_owned(), (*block).to_owned()))
    };
    for block in &blocks {
        let text = if block.starts_with("name =") { (*block).to_owned() } else { format!("{HEAD}{block}") };
        let book = PriceBook::parse_layers("page", &text, named).unwrap_or_else(|error| panic!("{error}\n{block}"));
        CostEngine::new(&book).unwrap_or_else(|error| panic!("{error}\n{block}"));
    }
}
