//! Tells changes to people, one line a change.

use std::fmt;

use chrono::{DateTime, NaiveTime, Utc};

use super::{
    ChargeChange, Diff, ExactnessChange, ExampleOf, Extent, OfferName, PriceAnswer, PriceChange, PriceExample,
    SettingChange, SettingEdit, TermsChange, UnitChange,
};
use crate::{
    credits::Credits,
    outcome::Outcome,
    pricing::{book::Charged, line::Quantity},
    value::Value,
};

/// The most offers that one line names.
const OFFERS_SHOWN: usize = 6;

/// A day, or an instant that does not begin one.
pub(super) fn instant(instant: DateTime<Utc>) -> String {
    if instant.time() == NaiveTime::MIN { instant.format("%F").to_string() } else { format!("{instant:?}") }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { old, new, terms, removed, added, settings, units, charges, exactness, prices } = self;
        writeln!(f, "{} {} → {} {}", old.book, old.edition, new.book, new.edition)?;
        if self.is_empty() {
            return writeln!(f, "no price changes");
        }
        terms.iter().try_for_each(|term| writeln!(f, "{term}"))?;
        removed.iter().try_for_each(|offer| writeln!(f, "removed: {offer}"))?;
        added.iter().try_for_each(|offer| writeln!(f, "added: {offer}"))?;
        settings.iter().try_for_each(|change| writeln!(f, "{change}"))?;
        units.iter().try_for_each(|change| writeln!(f, "{change}"))?;
        charges.iter().try_for_each(|change| writeln!(f, "{change}"))?;
        exactness.iter().try_for_each(|change| writeln!(f, "{change}"))?;
        prices.iter().try_for_each(|change| write!(f, "{change}"))
    }
}

impl fmt::Display for OfferName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.studio, self.model)?;
        if self.tools.is_empty() { Ok(()) } else { write!(f, " ({})", self.tools.join(", ")) }
    }
}

impl fmt::Display for TermsChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |text: &Option<String>, nothing: &str| text.clone().unwrap_or_else(|| nothing.to_owned());
        let (what, nothing) = match self.term {
            "from" => ("in force from", "always"),
            "until" => ("in force until", "for ever"),
            _ => ("minutes that a quote holds", "15"),
        };
        write!(f, "{what}: {}, was {}", told(&self.new, nothing), told(&self.old, nothing))
    }
}

impl fmt::Display for SettingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.fact { "fact" } else { "setting" };
        write!(f, "{kind} `{}` {}", self.name, self.change)?;
        of_offers(f, &self.offers)
    }
}

impl fmt::Display for SettingEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |values: &[Value]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        let shown = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), |value| format!("`{value}`"));
        match self {
            Self::Added => write!(f, "is new"),
            Self::Removed => write!(f, "is gone"),
            Self::Allowed(values) => write!(f, "may be {} now", listed(values)),
            Self::NotAllowed(values) => write!(f, "may no longer be {}", listed(values)),
            Self::Range { old, new } => write!(f, "may be {new}, was {old}"),
            Self::Default { old, new } => write!(f, "is {} if left out, was {}", shown(new), shown(old)),
        }
    }
}

impl fmt::Display for UnitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counted in {}, was {}", self.new, self.old)?;
        of_offers(f, &self.offers)
    }
}

impl fmt::Display for ChargeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Delivered => "delivered in part".to_owned(),
            Outcome::Empty => "empty".to_owned(),
            other => other.to_string(),
        };
        let share = |charged: Charged| match charged {
            Charged::Nothing => "nothing",
            Charged::Delivered => "what was delivered",
            Charged::All => "all of its price",
        };
        write!(f, "work that is {outcome} costs {}, was {}", share(self.new), share(self.old))?;
        of_offers(f, &self.offers)
    }
}

impl fmt::Display for ExactnessChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "quotes say `{}`, said `{}`", self.new, self.old)?;
        of_offers(f, &self.offers)
    }
}

fn of_offers(f: &mut fmt::Formatter<'_>, offers: &[OfferName]) -> fmt::Result {
    if offers.is_empty() {
        return Ok(());
    }
    let shown: Vec<_> = offers.iter().take(OFFERS_SHOWN).map(ToString::to_string).collect();
    write!(f, ": {}", shown.join(", "))?;
    match offers.len().saturating_sub(OFFERS_SHOWN) {
        0 => Ok(()),
        more => write!(f, ", and {more} more"),
    }
}

impl fmt::Display for PriceChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offer, tried, combinations, changed, no_longer_offered, .. } = self;
        let Self { newly_offered, amounts, percents, examples, .. } = self;
        write!(f, "{offer}: {}", if changed == tried { "all".to_owned() } else { format!("{changed} of") })?;
        let prices = if *tried == 1 { "price" } else { "prices" };
        let change = if *changed == 1 { "changes" } else { "change" };
        write!(f, " {tried} {prices} {change}")?;
        if let Some(extent) = amounts {
            write!(f, ", by {}", shown(extent, signed))?;
            let unit = examples.iter().find_map(|example| match &example.new {
                PriceAnswer::Price { unit, .. } => Some(unit),
                PriceAnswer::Refused(_) => None,
            });
            unit.iter().try_for_each(|unit| write!(f, " {unit}"))?;
        }
        if let Some(extent) = percents {
            write!(f, " ({})", shown(extent, |percent| format!("{} %", signed(percent))))?;
        }
        writeln!(f)?;
        if combinations > tried {
            writeln!(f, "  {tried} of {combinations} combinations were tried")?;
        }
        for example in examples {
            let number = match example.of {
                ExampleOf::NoLongerOffered => Some(no_longer_offered),
                ExampleOf::NewlyOffered => Some(newly_offered),
                _ => None,
            };
            let number = number.map(|number| format!("{number} ")).unwrap_or_default();
            writeln!(f, "  {number}{example}")?;
        }
        Ok(())
    }
}

/// One number, or from the least to the greatest.
fn shown<T: PartialEq>(Extent { least, greatest }: &Extent<T>, text: impl Fn(&T) -> String) -> String {
    if least == greatest { text(least) } else { format!("{} to {}", text(least), text(greatest)) }
}

/// With a sign, also where it rises.
fn signed(number: &impl ToString) -> String {
    let text = number.to_string();
    if text.starts_with('-') || text == "0" { text } else { format!("+{text}") }
}

impl fmt::Display for PriceExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.of {
            ExampleOf::Defaults => "nothing set",
            ExampleOf::Rise => "greatest rise",
            ExampleOf::Fall => "greatest fall",
            ExampleOf::NoLongerOffered => "no longer offered",
            ExampleOf::NewlyOffered => "newly offered",
            ExampleOf::Unit => "in another unit",
        })?;
        let mut asked: Vec<_> = self
            .request
            .settings()
            .chain(self.request.facts())
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        if self.request.count() > 1 {
            asked.push(format!("count {}", self.request.count()));
        }
        asked.extend(self.at.map(|at| format!("at {}", instant(at))));
        let asked = asked.join(", ");
        let separator = if asked.is_empty() { "" } else { ": " };
        write!(f, "{separator}{asked}: {}", Arrow(&self.old, &self.new))
    }
}

/// What was answered before and what is answered now.
struct Arrow<'a>(&'a PriceAnswer, &'a PriceAnswer);

impl fmt::Display for Arrow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (PriceAnswer::Price { amount: old, unit }, PriceAnswer::Price { amount: new, unit: now })
                if unit == now =>
            {
                write!(f, "{old} → {new} {unit}")?;
                match percent_of(*old, *new) {
                    Some(percent) => write!(f, " ({} %)", signed(&percent)),
                    None => Ok(()),
                }
            }
            (old, new) => write!(f, "{old} → {new}"),
        }
    }
}

fn percent_of(old: Credits, new: Credits) -> Option<Quantity> {
    super::tally::percent(old, new.checked_sub(old)?)
}

impl fmt::Display for PriceAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price { amount, unit } => write!(f, "{amount} {unit}"),
            Self::Refused(why) => write!(f, "refused, as {why}"),
        }
    }
}
