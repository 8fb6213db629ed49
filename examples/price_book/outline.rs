//! What a book sells, as an outline for people.

use std::fmt::{self, Write as _};

use studio_credits::{
    Value,
    pricing::{Catalog, CatalogOffer, CatalogSetting, Exactness, SettingKind},
};

pub(crate) fn of(catalog: &Catalog<'_>) -> Result<String, fmt::Error> {
    let mut text = format!("{}, edition {}\n", catalog.book, catalog.edition);
    for studio in &catalog.studios {
        writeln!(text, "\n{}", studio.name)?;
        for model in &studio.models {
            writeln!(text, "  {}", model.name)?;
            for offers in model.offers.chunk_by(|one, next| one.settings == next.settings) {
                for offer in offers {
                    writeln!(text, "    {}", price(offer))?;
                }
                for setting in offers.first().into_iter().flat_map(|offer| &offer.settings) {
                    writeln!(text, "      {}", shown(setting))?;
                }
            }
        }
    }
    if !catalog.facts.is_empty() {
        text.push_str("\nfacts\n");
    }
    for fact in &catalog.facts {
        writeln!(text, "  {}", shown(fact))?;
    }
    Ok(text)
}

/// What an offer costs, and which tools it is for.
fn price(offer: &CatalogOffer<'_>) -> String {
    let price = match &offer.base {
        None => "the price depends on the settings".to_owned(),
        Some(base) if base.exactness == Exactness::Exact => format!("{} {}", base.amount, base.unit),
        Some(base) => format!("{} {} ({})", base.amount, base.unit, base.exactness),
    };
    match (offer.tools.as_slice(), offer.needs_tool) {
        ([], _) => price,
        (tools, false) => format!("{price}, also with {}", tools.join(", ")),
        (tools, true) => format!("{price}, with {}", tools.join(", ")),
    }
}

/// `resolution: 1k | 2k, default 1k (note)`
fn shown(setting: &CatalogSetting<'_>) -> String {
    let mut text = format!("{}: {}", setting.name, range(setting));
    match setting.default {
        Some(default) => text = format!("{text}, default {default}"),
        None if setting.measured => {}
        None => text.push_str(", no default"),
    }
    if setting.measured {
        text.push_str(", measured");
    }
    match setting.note {
        Some(note) => format!("{text} ({note})"),
        None => text,
    }
}

/// The type, and what it may be.
fn range(setting: &CatalogSetting<'_>) -> String {
    match setting.kind {
        SettingKind::Choice => {
            let values: Vec<_> = setting.values.iter().map(Value::to_string).collect();
            format!("one of {}", values.join(" | "))
        }
        SettingKind::Flag => "flag".to_owned(),
        SettingKind::Text => "any text".to_owned(),
        SettingKind::Number => {
            let end = |number: Option<_>| number.map(|number| format!("{number}")).unwrap_or_default();
            let unit = setting.unit.map(|unit| format!(" {unit}s")).unwrap_or_default();
            let step = setting.step.map(|step| format!(", by {step}")).unwrap_or_default();
            format!("number from {} to {}{unit}{step}", end(setting.min), end(setting.max))
        }
        SettingKind::List => {
            let item = setting.items.as_deref().map(range).unwrap_or_default();
            format!("list of at most {}, each {item}", setting.max_items.unwrap_or_default())
        }
        SettingKind::Record => {
            let fields: Vec<_> = setting.fields.iter().map(shown).collect();
            format!("record {{ {} }}", fields.join("; "))
        }
    }
}
