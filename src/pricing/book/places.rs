//! Finds where a word stands in a part of a book, for what keeps no place of its own.

use super::{PriceBook, Span};

/// The place of a key in a part of the text, or else the part.
pub(crate) fn key_in(book: &PriceBook, part: Span, key: &str) -> Span {
    let assigned = |rest: &str| rest.trim_start().starts_with('=');
    found(book, part, key, assigned).unwrap_or(part)
}

/// The place of a text in quotes, without them, in a part of the text, or else the part.
pub(crate) fn text_in(book: &PriceBook, part: Span, text: &str) -> Span {
    let quoted = |rest: &str| rest.starts_with(['"', '\'']);
    found(book, part, text, quoted).unwrap_or(part)
}

/// The place of the name before what it is set to, or else of what it is set to.
pub(crate) fn name_before(book: &PriceBook, value: Span, name: &str) -> Span {
    if name.is_empty() {
        return value;
    }
    let before = || {
        let text = book.sources.text(value.beside(0..value.bytes()?.start))?;
        let line = text.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let at = text.get(line..)?.rfind(name)?.saturating_add(line);
        Some(value.beside(at..at.saturating_add(name.len())))
    };
    before().or_else(|| found(book, value, name, |_| true)).unwrap_or(value)
}

/// The first place in a part of the text where a word stands by itself, followed by what is wanted.
fn found(book: &PriceBook, part: Span, word: &str, followed: impl Fn(&str) -> bool) -> Option<Span> {
    let text = book.sources.text(part).filter(|_| !word.is_empty())?;
    let in_word = |character: char| character.is_alphanumeric() || character == '_' || character == '-';
    let mut places = text.match_indices(word).map(|(at, _)| at);
    let at = places.find(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(word.len())..).unwrap_or_default();
        !before.is_some_and(in_word) && followed(after)
    })?;
    Some(part.part(at, word.len()))
}
