//! Writes the parts of a plan that stand by themselves.

use crate::grant::LateRefund;
use crate::plan::{Allowance, AllowedSetting, AllowedValues, Every, OnSale, ResetTime, ResetZone, Reward, TopUp};
use crate::text::{Keys, dotted, list, scalar, text_of, toml_text, value};
use crate::work::Restriction;

pub(super) fn allowance(allowance: &Allowance) -> Keys {
    let mut keys = Keys::default();
    keys.text("kind", Some(allowance.kind().as_str()));
    keys.put("amount", scalar(&allowance.amount().to_string()));
    match allowance.every() {
        Every::Month => keys.text("every", Some("month")),
        Every::Day { at, zone } => {
            keys.text("every", Some("day"));
            if at != ResetTime::MIDNIGHT {
                keys.put("at", toml_text(&at.to_string()));
            }
            if zone != ResetZone::default() {
                keys.put("zone", toml_text(&zone.to_string()));
            }
        }
    }
    work(&mut keys, allowance.restriction());
    priority(&mut keys, allowance.priority());
    if let Some(rollover) = allowance.rollover() {
        let mut inner = Keys::default();
        inner.put("cap", scalar(&rollover.cap().to_string()));
        inner.put("months", rollover.months());
        keys.put("rollover", inner.inline());
    }
    match allowance.late_refund() {
        LateRefund::Expires => {}
        LateRefund::Renews => keys.text("late_refund", Some("renews")),
    }
    if allowance.repays_debt() != allowance.kind().repays_debt() {
        keys.put("repays_debt", allowance.repays_debt());
    }
    keys
}

pub(super) fn top_up(top_up: &TopUp) -> Keys {
    let mut keys = Keys::default();
    keys.put("amount", scalar(&top_up.amount().to_string()));
    let price = top_up.price();
    keys.put("price", toml_text(&format!("{} {}", price.amount, price.unit)));
    if let Some(days) = top_up.expiry_days() {
        keys.put("expiry_days", days.count());
    }
    if top_up.on_sale() != OnSale::default() {
        keys.text("on_sale", Some(text_of(&OnSale::TEXTS, &top_up.on_sale())));
    }
    work(&mut keys, top_up.restriction());
    priority(&mut keys, top_up.priority());
    keys
}

pub(super) fn reward(reward: &Reward) -> Keys {
    let mut keys = Keys::default();
    keys.put("amount", scalar(&reward.amount().to_string()));
    if let Some(days) = reward.expiry_days() {
        keys.put("expiry_days", days.count());
    }
    work(&mut keys, reward.restriction());
    priority(&mut keys, reward.priority());
    if !reward.is_once_per_referee() {
        keys.put("once_per_referee", false);
    }
    for (path, most) in
        [("max.day", reward.day_max()), ("max.month", reward.month_max()), ("max.ever", reward.ever_max())]
    {
        if let Some(most) = most {
            keys.put(path, most);
        }
    }
    keys.text("pending_until", reward.condition().map(AsRef::as_ref));
    if !reward.is_revocable() {
        keys.put("revocable", false);
    }
    keys
}

/// Which work something is for.
pub(super) fn work(keys: &mut Keys, restriction: &Restriction) {
    names(keys, "studios", restriction.studios());
    names(keys, "tools", restriction.tools());
    names(keys, "models", restriction.models());
    names(keys, "except_models", restriction.except_models());
}

fn names<N: AsRef<str>>(keys: &mut Keys, path: &str, names: &[N]) {
    let names: Vec<Box<str>> = names.iter().map(|name| name.as_ref().into()).collect();
    keys.texts(path, &names);
}

/// Which values settings may have, of one studio or of all.
pub(super) fn settings<'p>(keys: &mut Keys, settings: impl Iterator<Item = &'p AllowedSetting>) {
    for setting in settings {
        let path = dotted("settings", setting.setting());
        match setting.allowed() {
            AllowedValues::Values(values) => keys.put(&path, list(values)),
            AllowedValues::Range { min, max } => {
                let mut inner = Keys::default();
                for (path, end) in [("min", min), ("max", max)] {
                    if let Some(end) = end {
                        inner.put(path, value(end));
                    }
                }
                keys.put(&path, inner.inline());
            }
        }
    }
}

fn priority(keys: &mut Keys, priority: i16) {
    if priority != 0 {
        keys.put("priority", priority);
    }
}
