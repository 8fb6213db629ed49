//! What a name looks like.

/// Letters of other scripts, each after the Latin letter or digit that it is taken for; the commonest of the
/// confusables that Unicode Technical Standard 39 lists.
#[rustfmt::skip]
const ALIKE: [(char, &str); 46] = [
    ('a', "аα"), ('b', "Ьḅ"), ('c', "сϲ"), ('d', "ԁ"), ('e', "еҽ"), ('g', "ɡ"), ('h', "һ"), ('i', "іιı"), ('j', "јϳ"),
    ('k', "κк"), ('l', "ӏ"), ('m', "м"), ('n', "ո"), ('o', "оοօ"), ('p', "рρ"), ('q', "ԛ"), ('r', "г"), ('s', "ѕ"),
    ('t', "т"), ('u', "υս"), ('v', "νѵ"), ('w', "ԝω"), ('x', "хχ"), ('y', "уγү"), ('z', "ʐ"),
    ('A', "АΑ"), ('B', "ВΒ"), ('C', "СϹ"), ('E', "ЕΕ"), ('H', "НΗ"), ('I', "ІΙӀ"), ('J', "Ј"), ('K', "КΚ"), ('M', "МΜ"),
    ('N', "Ν"), ('O', "ОΟ"), ('P', "РΡ"), ('S', "Ѕ"), ('T', "ТΤ"), ('U', "Ս"), ('V', "Ѵ"), ('X', "ХΧ"), ('Y', "ҮΥ"),
    ('Z', "Ζ"), ('-', "‐‑‒–—−"), ('.', "․"),
];

/// Characters without ink: spaces that are no plain space, joiners, marks of direction, soft hyphens.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || character.is_control()
}

/// What is wrong with a name by itself, in words that follow it.
pub(crate) fn disguise(name: &str) -> Option<String> {
    if name.is_ascii() && !name.contains(' ') && !name.contains(|letter: char| letter.is_control()) {
        return None;
    }
    if let Some(unseen) = name.chars().find(|letter| is_unseen(*letter)) {
        return Some(format!("has a character that is not seen, {}", code(unseen)));
    }
    if name.trim() != name {
        let side = if name.starts_with(' ') { "begins" } else { "ends" };
        return Some(format!("{side} with a space"));
    }
    if name.contains("  ") {
        return Some("has two spaces in a row".to_owned());
    }
    // A name that is written in another script altogether is no disguise.
    let latin = name.chars().any(|letter| letter.is_ascii_alphabetic());
    let other = name.chars().find_map(|letter| Some((letter, taken_for(letter)?))).filter(|_| latin)?;
    let (letter, plain) = other;
    Some(format!("has `{letter}` ({}), which looks like `{plain}`", code(letter)))
}

/// What is left of a name for those who do not look closely.
pub(crate) fn skeleton(name: &str) -> String {
    let seen = name.chars().filter(|letter| !is_unseen(*letter));
    let plain = seen.map(|letter| taken_for(letter).unwrap_or(letter));
    let lower: String = plain.flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain character that this one is taken for.
fn taken_for(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return None;
    }
    if ('\u{ff01}'..='\u{ff5e}').contains(&letter) {
        // The full-width forms stand in the order of ASCII.
        return char::from_u32(u32::from(letter).checked_sub(0xfee0)?);
    }
    ALIKE.iter().find(|(_, others)| others.contains(letter)).map(|(plain, _)| *plain)
}

fn code(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}
