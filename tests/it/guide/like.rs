//! What a page shows of a text.

/// Whether a text is what is shown, in which `…` stands for anything.
pub(crate) fn is_like(text: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let (Some(mut rest), [_, between @ .., last]) = (text.strip_prefix(parts[0]), &parts[..]) else {
        return text == shown;
    };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
