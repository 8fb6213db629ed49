//! What was probably meant where a text is no TOML.

/// A hint for those slips that the parser has no words for: a text without quotes, a comma for a decimal point, and a
/// number with a dot as a key.
pub(super) fn meant(text: &str, at: usize, end: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(at)?;
    decimal_comma(before, rest).or_else(|| dotted_key(rest)).or_else(|| unquoted(before, text.get(at..end)?))
}

/// `2,5`, with the comma before or after the place where the parser stopped.
fn decimal_comma(before: &str, rest: &str) -> Option<String> {
    let digit = |letter: char| letter.is_ascii_digit();
    let number = |letter: char| letter.is_ascii_digit() || letter == ',';
    let start = before.trim_end_matches(number).len();
    let end = rest.find(|letter| !number(letter)).unwrap_or(rest.len());
    let written = [before.get(start..)?, rest.get(..end)?].concat();
    let (whole, fraction) = written.split_once(',')?;
    let both = [whole, fraction].iter().all(|part| !part.is_empty() && part.chars().all(digit));
    both.then(|| format!("a decimal point is a dot: {whole}.{fraction}"))
}

/// `1.5 = 3`, which is the key `5` within the key `1`.
fn dotted_key(rest: &str) -> Option<String> {
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '-' | '_'))?;
    let (key, after) = rest.split_at_checked(end)?;
    let dotted = key.starts_with(|letter: char| letter.is_ascii_digit()) && key.contains('.');
    (dotted && after.trim_start().starts_with('=')).then(|| format!("a key with a dot is written in quotes: \"{key}\""))
}

/// A word after an equals sign or within a list; elsewhere, it is a key.
fn unquoted(before: &str, word: &str) -> Option<String> {
    let value = before.trim_end().ends_with(['=', ',', '[']);
    let bare = value && word.starts_with(char::is_alphabetic) && !word.contains(['"', '\'', '\n', '`']);
    bare.then(|| format!("a text stands in quotes: \"{word}\""))
}
