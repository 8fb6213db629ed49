//! Reads what can be bought.

use super::restriction::{is_restriction, restriction};
use super::scalar::{amount, days, good, missing, promised};
use crate::diagnostic::quoted;
use crate::grant::Cost;
use crate::plan::count::positive;
use crate::plan::places::Places;
use crate::plan::{AutoTopUp, OnSale, TopUp};
use crate::text::{Entry, Faults};

const TOP_UP: [&str; 9] =
    ["amount", "price", "expiry_days", "on_sale", "studios", "tools", "models", "except_models", "priority"];
pub(super) fn top_up(faults: &mut Faults, places: &mut Places, entry: &Entry<'_>) -> Option<TopUp> {
    let part = format!("top-up {}", entry.key);
    places.note(&part, entry.key_span);
    let entries = faults.entries(entry, "what the top-up gives and costs");
    let (mut given, mut price, mut expiry, mut on_sale, mut priority) = (None, None, None, None, None);
    let mut said = Vec::new();
    for entry in &entries {
        said.push(entry.key);
        match entry.key {
            "amount" => given = amount(faults, entry, "the amount"),
            "price" => price = self::price(faults, entry),
            "expiry_days" => expiry = days(faults, entry),
            "on_sale" => on_sale = faults.one_of(entry, &OnSale::TEXTS),
            "priority" => priority = faults.whole(entry),
            key if is_restriction(key) => {}
            _ => faults.unknown(entry, &TOP_UP),
        }
    }
    let restriction = restriction(faults, places, &part, &entries);
    if entries.is_empty() && !entry.value.get_ref().is_table() {
        return None;
    }
    for (key, hint) in [
        ("amount", "say how many credits it gives, such as amount = 1000"),
        ("price", "say what is paid for it, such as price = \"4.99 USD\""),
    ] {
        if !said.contains(&key) {
            missing(faults, entry, "top-up", key, hint);
        }
    }
    let name = good(faults, entry.key_span, entry.key.parse())?;
    let top_up = promised(faults, entry.key_span, TopUp::new(name, given?, price?))?;
    let top_up = expiry.into_iter().fold(top_up, TopUp::expiring);
    let top_up = top_up.on_sale_while(on_sale.unwrap_or_default()).with_priority(priority.unwrap_or(0));
    promised(faults, entry.key_span, top_up.with_restriction(restriction))
}

/// `"4.99 USD"`: an amount and what it is counted in.
fn price(faults: &mut Faults, entry: &Entry<'_>) -> Option<Cost> {
    let text = faults.text(entry)?;
    let parts = text.split_once(' ').and_then(|(amount, unit)| Some((amount.parse().ok()?, unit.parse().ok()?)));
    let Some((amount, unit)) = parts else {
        let message = format!("{} is no price", quoted(text));
        faults.add(entry.span(), message, Some("write an amount and a currency, such as price = \"4.99 USD\""));
        return None;
    };
    let amount = promised(faults, entry.span(), positive("the price", amount))?;
    Some(Cost { amount, unit })
}

/// Buying without being asked.
pub(super) fn auto_top_up(faults: &mut Faults, entry: &Entry<'_>) -> Option<AutoTopUp> {
    let (mut below, mut given, mut said) = (None, None, Vec::new());
    for entry in faults.entries(entry, "a threshold and an amount") {
        said.push(entry.key);
        match entry.key {
            "below" => below = amount(faults, &entry, "the threshold"),
            "amount" => given = amount(faults, &entry, "the amount"),
            _ => faults.unknown(&entry, &["below", "amount"]),
        }
    }
    if entry.value.get_ref().is_table() {
        for (key, hint) in [
            ("below", "say below what credits are bought, such as below = 1000"),
            ("amount", "say how many credits are bought, such as amount = 5000"),
        ] {
            if !said.contains(&key) {
                faults.add(entry.key_span, format!("{} has no `{key}`", quoted(entry.key)), Some(hint));
            }
        }
    }
    promised(faults, entry.span(), AutoTopUp::new(below?, given?))
}
