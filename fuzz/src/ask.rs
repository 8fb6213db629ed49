//! Requests out of arbitrary bytes: mostly what a shop sells, set to what it takes or to the edge of it.

use arbitrary::{Result, Unstructured};
use rust_decimal::Decimal;
use studio_credits::{
    GenerationRequest, RequestError, Value,
    pricing::{CatalogSetting, SettingKind},
};

use crate::Shop;

/// Names and texts that no shop knows, or that mean something elsewhere.
const TEXTS: [&str; 8] = ["", " ", "*", "default", "1k", "-0.5", "true", "\u{200b}x"];

pub fn ask(shop: &Shop, bytes: &mut Unstructured<'_>) -> Result<Option<GenerationRequest>> {
    let studio = bytes.choose(&shop.catalog.studios)?;
    let model = bytes.choose(&studio.models)?;
    let offer = bytes.choose(&model.offers)?;
    let name = if bytes.ratio(1, 16)? { *bytes.choose(&TEXTS)? } else { model.name };
    let Ok(mut request) = GenerationRequest::new(studio.name, name) else { return Ok(None) };
    let tools = if bytes.ratio(1, 16)? { &studio.tools } else { &offer.tools };
    if !tools.is_empty() && (offer.needs_tool || bytes.arbitrary()?) {
        request = request.with_tool(bytes.choose(tools)?).expect("a name out of the book");
    }
    let count = if bytes.ratio(1, 8)? { bytes.int_in_range(1..=1_000_000)? } else { bytes.int_in_range(1..=8)? };
    request = request.with_count(count).expect("a count");
    for setting in &offer.settings {
        if bytes.ratio(3, 4)? {
            match request.clone().with_setting(setting.name, value(setting, bytes)?) {
                Ok(set) => request = set,
                Err(error) => return Ok(is_said(&error)),
            }
        }
    }
    for fact in &shop.catalog.facts {
        if bytes.ratio(1, 2)? {
            match request.clone().with_fact(fact.name, value(fact, bytes)?) {
                Ok(set) => request = set,
                Err(error) => return Ok(is_said(&error)),
            }
        }
    }
    Ok(Some(request))
}

/// A refusal is said, and there is no request.
fn is_said(error: &RequestError) -> Option<GenerationRequest> {
    assert!(!error.to_string().is_empty());
    None
}

fn value(setting: &CatalogSetting<'_>, bytes: &mut Unstructured<'_>) -> Result<Value> {
    if bytes.ratio(1, 16)? {
        return Ok(Value::from(*bytes.choose(&TEXTS)?));
    }
    Ok(match setting.kind {
        SettingKind::Choice if !setting.values.is_empty() => bytes.choose(&setting.values)?.clone(),
        SettingKind::Number => Value::from(number(setting, bytes)?),
        SettingKind::Flag => Value::from(bytes.arbitrary::<bool>()?),
        SettingKind::List => {
            let Some(items) = &setting.items else { return Ok(Value::from(0)) };
            let most = setting.max_items.unwrap_or(4).min(4);
            let length = if bytes.ratio(1, 16)? { most + 1 } else { bytes.int_in_range(0..=most)? };
            (0..length).map(|_| value(items, bytes)).collect::<Result<Vec<Value>>>()?.into()
        }
        SettingKind::Record => {
            let mut fields = Vec::new();
            for field in &setting.fields {
                if bytes.ratio(7, 8)? {
                    fields.push((field.name, value(field, bytes)?));
                }
            }
            Value::record(fields).unwrap_or_else(|_| Value::from(0))
        }
        _ => Value::from(bytes.arbitrary::<&str>()?),
    })
}

/// A number of the range, at or just beyond its ends, or anything at all.
fn number(setting: &CatalogSetting<'_>, bytes: &mut Unstructured<'_>) -> Result<Decimal> {
    let end = |end: &Option<_>, other: i64| {
        end.and_then(studio_credits::pricing::Quantity::to_decimal).unwrap_or(other.into())
    };
    let (min, max) = (end(&setting.min, 0), end(&setting.max, 1_000_000_000));
    let step = end(&setting.step, 1);
    let within = |number: Option<Decimal>| number.map_or(min, |number| number.clamp(min, max));
    let steps = |count: u16| step.checked_mul(count.into()).and_then(|way| min.checked_add(way));
    Ok(match bytes.int_in_range(0..=7)? {
        0 => min,
        1 => max,
        2 => max.checked_add(step).unwrap_or(max),
        3 => min.checked_sub(Decimal::ONE).unwrap_or(min),
        4 => Decimal::try_from_i128_with_scale(bytes.arbitrary::<i64>()?.into(), bytes.int_in_range(0..=20)?)
            .unwrap_or(min),
        5 => within(Some(Decimal::new(bytes.arbitrary::<u32>()?.into(), 3))),
        _ => within(steps(bytes.arbitrary()?)),
    })
}
