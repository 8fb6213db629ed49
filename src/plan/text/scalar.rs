//! Reads names, amounts and numbers.

use std::fmt::Display;
use std::str::FromStr;

use crate::credits::Credits;
use crate::diagnostic::{nearest, quoted};
use crate::grant::GrantKind;
use crate::ids::{IdError, KindName};
use crate::plan::count::positive;
use crate::plan::{Days, PlanBook, PlanError};
use crate::text::{Entry, Faults, Span, items};

/// What comes out well, or else a fault at this place.
pub(super) fn good<T, E: Display>(faults: &mut Faults, span: Span, result: Result<T, E>) -> Option<T> {
    result.map_err(|error| faults.say(span, error.to_string())).ok()
}

/// What can be promised, or else a fault at this place that says what could.
pub(super) fn promised<T>(faults: &mut Faults, span: Span, result: Result<T, PlanError>) -> Option<T> {
    let hint = |error: &PlanError| match error {
        PlanError::DailyRollover => Some("leave `rollover` out, or write every = \"month\""),
        PlanError::NotPositive { .. } => Some("what is not promised is left out"),
        PlanError::OutOfRange { what: "seats", number: 0, .. } => Some("the owner has a seat too"),
        PlanError::OutOfRange { what: "holds" | "outputs" | "rewards", number: 0, .. } => {
            Some("what has no limit is left out; what is not opened is left out of the entitlements")
        }
        _ => None,
    };
    result.map_err(|error| faults.add(span, error.to_string(), hint(&error))).ok()
}

pub(super) fn name<T: FromStr<Err = IdError>>(faults: &mut Faults, entry: &Entry<'_>) -> Option<T> {
    let text = faults.text(entry)?;
    good(faults, entry.span(), text.parse())
}

/// The most of anything that stands side by side; what a plan may have is less.
const MANY: usize = PlanBook::PLANS_MAX;

/// The parts, unless they are so many that nobody means them and comparing them takes its time.
pub(super) fn few<T>(faults: &mut Faults, entry: &Entry<'_>, parts: Vec<T>) -> Vec<T> {
    if parts.len() <= MANY {
        return parts;
    }
    let message = format!("{} has {} parts: at most {MANY} are allowed", quoted(entry.key), parts.len());
    faults.say(entry.key_span, message);
    Vec::new()
}

/// The names of a list, each once; a name by itself counts as a list of it.
pub(super) fn names<T: FromStr<Err = IdError> + PartialEq>(faults: &mut Faults, entry: &Entry<'_>) -> Vec<(T, Span)> {
    let items = items(entry);
    if items.is_empty() {
        faults.add(
            entry.span(),
            format!("{} is an empty list", quoted(entry.key)),
            Some("what names nothing is left out"),
        );
    }
    let mut names = Vec::<(T, Span)>::new();
    for item in &few(faults, entry, items) {
        let Some(name) = name::<T>(faults, item) else { continue };
        if names.iter().any(|(known, _)| *known == name) {
            let text = faults.text(item).unwrap_or_default();
            faults.say(item.span(), format!("{} is in {} twice", quoted(text), quoted(entry.key)));
        } else {
            names.push((name, item.span()));
        }
    }
    names
}

pub(super) fn credits(faults: &mut Faults, entry: &Entry<'_>) -> Option<Credits> {
    let number = faults.decimal(entry)?;
    good(faults, entry.span(), Credits::try_from(number))
}

/// An amount above zero.
pub(super) fn amount(faults: &mut Faults, entry: &Entry<'_>, what: &'static str) -> Option<Credits> {
    let amount = credits(faults, entry)?;
    promised(faults, entry.span(), positive(what, amount))
}

pub(super) fn days(faults: &mut Faults, entry: &Entry<'_>) -> Option<Days> {
    let days = faults.whole(entry)?;
    promised(faults, entry.span(), Days::new(days))
}

/// One of the known kinds, or one that the head of the book declares.
pub(super) fn kind(faults: &mut Faults, text: &str, span: Span, own: &[KindName]) -> Option<GrantKind> {
    const KNOWN: [GrantKind; 5] =
        [GrantKind::Free, GrantKind::Subscription, GrantKind::TopUp, GrantKind::Reward, GrantKind::Promotional];
    let known = KNOWN.into_iter().chain(own.iter().cloned().map(GrantKind::Other));
    let known: Vec<GrantKind> = known.collect();
    let found = known.iter().find(|kind| kind.as_str() == text).cloned();
    if found.is_none() {
        let names = || known.iter().map(GrantKind::as_str);
        let hint = match nearest(text, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "a kind of your own is declared at the head of the book, such as kinds = [\"community\"]".to_owned()
            }
        };
        faults.add(span, format!("there is no kind of credits {}", quoted(text)), Some(hint));
    }
    found
}

/// Says that something is missing that cannot be left out.
pub(super) fn missing(faults: &mut Faults, entry: &Entry<'_>, what: &str, key: &str, hint: &str) {
    faults.add(entry.key_span, format!("{what} {} has no `{key}`", quoted(entry.key)), Some(hint));
}
