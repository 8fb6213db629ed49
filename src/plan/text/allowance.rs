//! Reads what a plan gives in each window.

use super::restriction::{is_restriction, restriction};
use super::scalar::{amount, good, kind, missing, promised};
use crate::diagnostic::quoted;
use crate::grant::LateRefund;
use crate::ids::KindName;
use crate::plan::places::Places;
use crate::plan::{Allowance, Every, Rollover};
use crate::text::{Entry, Faults};

const ALLOWANCE: [&str; 13] = [
    "kind",
    "amount",
    "every",
    "at",
    "zone",
    "studios",
    "tools",
    "models",
    "except_models",
    "priority",
    "rollover",
    "late_refund",
    "repays_debt",
];
const LATE_REFUNDS: [(&str, LateRefund); 2] = [("expires", LateRefund::Expires), ("renews", LateRefund::Renews)];

pub(super) fn allowance(
    faults: &mut Faults,
    places: &mut Places,
    entry: &Entry<'_>,
    own: &[KindName],
) -> Option<Allowance> {
    let part = format!("allowance {}", entry.key);
    places.note(&part, entry.key_span);
    let entries = faults.entries(entry, "what the allowance gives");
    let (mut of, mut given, mut late_refund, mut repays_debt, mut priority) = (None, None, None, None, None);
    let (mut month, mut at, mut zone, mut rollover) = (None, None, None, None);
    let mut said = Vec::new();
    for entry in &entries {
        said.push(entry.key);
        match entry.key {
            "kind" => of = faults.text(entry).and_then(|text| kind(faults, text, entry.span(), own)),
            "amount" => given = amount(faults, entry, "the amount"),
            "every" => month = faults.one_of(entry, &[("day", false), ("month", true)]),
            "at" => at = faults.text(entry).and_then(|text| promised(faults, entry.span(), text.parse())),
            "zone" => zone = faults.text(entry).and_then(|text| good(faults, entry.span(), text.parse())),
            "priority" => priority = faults.whole(entry),
            "rollover" => rollover = self::rollover(faults, entry).map(|rollover| (rollover, entry.key_span)),
            "late_refund" => late_refund = faults.one_of(entry, &LATE_REFUNDS),
            "repays_debt" => repays_debt = faults.flag(entry),
            key if is_restriction(key) => {}
            _ => faults.unknown(entry, &ALLOWANCE),
        }
    }
    let restriction = restriction(faults, places, &part, &entries);
    if entries.is_empty() && !entry.value.get_ref().is_table() {
        return None;
    }
    for (key, hint) in [
        ("kind", "say why the credits are given, such as kind = \"free\" or kind = \"subscription\""),
        ("amount", "say how many credits a window gives, such as amount = 50"),
        ("every", "say when it comes anew: every = \"day\" or every = \"month\""),
    ] {
        if !said.contains(&key) {
            missing(faults, entry, "allowance", key, hint);
        }
    }
    let month = month?;
    let daily = entries.iter().find(|entry| month && matches!(entry.key, "at" | "zone"));
    if let Some(daily) = daily {
        let message = format!("{} is of a daily allowance: a month begins when the plan began", quoted(daily.key));
        faults.say(daily.key_span, message);
    }
    let every =
        if month { Every::Month } else { Every::Day { at: at.unwrap_or_default(), zone: zone.unwrap_or_default() } };
    let name = good(faults, entry.key_span, entry.key.parse())?;
    let mut allowance = promised(faults, entry.key_span, Allowance::new(name, of?, given?, every))?;
    if let Some((rollover, span)) = rollover {
        allowance = promised(faults, span, allowance.with_rollover(rollover))?;
    }
    allowance = match repays_debt {
        Some(true) => allowance.repaying_debt(),
        Some(false) => allowance.sparing_debt(),
        None => allowance,
    };
    let allowance = allowance.with_priority(priority.unwrap_or(0)).with_late_refund(late_refund.unwrap_or_default());
    promised(faults, entry.key_span, allowance.with_restriction(restriction))
}

fn rollover(faults: &mut Faults, entry: &Entry<'_>) -> Option<Rollover> {
    let (mut cap, mut months, mut said) = (None, Some(1), false);
    for entry in faults.entries(entry, "how much is kept, and for how many months") {
        match entry.key {
            "cap" => (cap, said) = (amount(faults, &entry, "the cap"), true),
            "months" => months = faults.whole(&entry),
            _ => faults.unknown(&entry, &["cap", "months"]),
        }
    }
    if !said && entry.value.get_ref().is_table() {
        faults.add(
            entry.key_span,
            "the rollover has no `cap`",
            Some("say how much is kept in all, such as cap = 4000"),
        );
    }
    promised(faults, entry.span(), Rollover::new(cap?, months?))
}
