//! Reads what holds beside the credits: facts for prices, terms of spends, refunds, the end of a plan, and notices.

use toml::de::DeValue;

use super::scalar::{amount, credits, days, few, kind, promised};
use crate::diagnostic::quoted;
use crate::ids::KindName;
use crate::plan::places::Places;
use crate::plan::{AtEnd, Days, Notices, Plan, PlanFact, RefundTerms};
use crate::spend::{LateSettle, Life, Overage, Terms};
use crate::text::{Entry, Faults};

const LATE_SETTLES: [(&str, LateSettle); 2] = [("charge", LateSettle::Charge), ("absorb", LateSettle::Absorb)];
const OVERAGES: [(&str, Overage); 2] = [("cap", Overage::Cap), ("absorb", Overage::Absorb)];

/// The facts of a plan: values, or `{ value = …, days = … }`.
pub(super) fn facts(faults: &mut Faults, places: &mut Places, entry: &Entry<'_>) -> Vec<PlanFact> {
    let mut facts = Vec::new();
    let entries = faults.entries(entry, "facts for prices");
    for entry in few(faults, entry, entries) {
        places.note(&format!("fact {}", entry.key), entry.span());
        facts.extend(fact(faults, &entry));
    }
    facts
}

fn fact(faults: &mut Faults, entry: &Entry<'_>) -> Option<PlanFact> {
    let DeValue::Table(_) = entry.value.get_ref() else {
        let value = faults.value(entry)?;
        return promised(faults, entry.span(), PlanFact::new(entry.key, value));
    };
    let (mut value, mut span, mut lasts, mut said) = (None, entry.span(), Some(None), false);
    for entry in faults.entries(entry, "a value, and for how many days it holds") {
        match entry.key {
            "value" => (value, span, said) = (faults.value(&entry), entry.span(), true),
            "days" => lasts = days(faults, &entry).map(Some),
            _ => faults.unknown(&entry, &["value", "days"]),
        }
    }
    if !said {
        let hint = "say what is so, such as { value = true, days = 7 }";
        faults.add(entry.key_span, format!("fact {} has no `value`", quoted(entry.key)), Some(hint));
    }
    let fact = promised(faults, span, PlanFact::new(entry.key, value?))?;
    Some(lasts?.into_iter().fold(fact, PlanFact::for_days))
}

pub(super) fn terms(faults: &mut Faults, entry: &Entry<'_>) -> Terms {
    let mut terms = Terms::default();
    for entry in faults.entries(entry, "what holds if work takes longer or costs more") {
        match entry.key {
            "overage" => {
                let with = overage(faults, &entry).map(|overage| terms.with_overage(overage));
                terms = with.and_then(Result::ok).unwrap_or(terms);
            }
            "late_settle" => {
                terms = faults.one_of(&entry, &LATE_SETTLES).map_or(terms, |late| terms.with_late_settle(late));
            }
            "life_seconds" => {
                let life = faults.whole(&entry).map(Life::seconds);
                match life {
                    Some(Ok(life)) => terms = terms.with_life(life),
                    Some(Err(error)) => faults.say(entry.span(), error.to_string()),
                    None => {}
                }
            }
            _ => faults.unknown(&entry, &["overage", "late_settle", "life_seconds"]),
        }
    }
    terms
}

/// `"cap"`, `"absorb"` or `{ debt = 100 }`.
fn overage(faults: &mut Faults, entry: &Entry<'_>) -> Option<Overage> {
    let DeValue::Table(_) = entry.value.get_ref() else {
        return faults.one_of(entry, &OVERAGES);
    };
    let (mut max, mut said) = (None, false);
    for entry in faults.entries(entry, "the most that may be owed") {
        if entry.key == "debt" {
            (max, said) = (amount(faults, &entry, "the debt"), true);
        } else {
            faults.unknown(&entry, &["debt"]);
        }
    }
    if !said {
        let hint = "say how much may be owed in all, such as overage = { debt = 100 }";
        faults.add(entry.key_span, "the overage has no `debt`", Some(hint));
    }
    max.map(|max| Overage::Debt { max })
}

pub(super) fn refund(faults: &mut Faults, entry: &Entry<'_>) -> Option<RefundTerms> {
    let (mut within, mut used_max, mut said) = (None, None, Vec::new());
    for entry in faults.entries(entry, "until when a purchase is paid back, and with how much used") {
        said.push(entry.key);
        match entry.key {
            "days" => within = days(faults, &entry),
            "used_max" => used_max = credits(faults, &entry).map(|credits| (credits, entry.span())),
            _ => faults.unknown(&entry, &["days", "used_max"]),
        }
    }
    if entry.value.get_ref().is_table() {
        for (key, hint) in [
            ("days", "say within how many days of the purchase, such as days = 3"),
            ("used_max", "say how many credits may have been used by then, such as used_max = 300"),
        ] {
            if !said.contains(&key) {
                faults.add(entry.key_span, format!("{} has no `{key}`", quoted(entry.key)), Some(hint));
            }
        }
    }
    let (used_max, span) = used_max?;
    // The amount is judged even where the days are not good.
    let terms = promised(faults, span, RefundTerms::new(within.unwrap_or(Days::MAX), used_max))?;
    within.map(|_| terms)
}

/// What becomes of credits at the end, by kind.
pub(super) fn at_end(faults: &mut Faults, entry: &Entry<'_>, own: &[KindName], mut plan: Plan) -> Plan {
    for entry in faults.entries(entry, "kinds of credits and what becomes of them") {
        let kind = kind(faults, entry.key, entry.key_span, own);
        let becomes = faults.one_of(&entry, &AtEnd::TEXTS);
        if let Some((kind, becomes)) = kind.zip(becomes) {
            plan = plan.with_at_end(kind, becomes);
        }
    }
    plan
}

pub(super) fn notices(faults: &mut Faults, entry: &Entry<'_>) -> Notices {
    let mut notices = Notices::default();
    for entry in faults.entries(entry, "when an account is told") {
        match entry.key {
            "low_balance" => {
                let below = amount(faults, &entry, "the low balance");
                notices = below.and_then(|below| notices.with_low_balance(below).ok()).unwrap_or(notices);
            }
            "expiring_days" => notices = days(faults, &entry).map_or(notices, |days| notices.with_expiring(days)),
            _ => faults.unknown(&entry, &["low_balance", "expiring_days"]),
        }
    }
    notices
}
