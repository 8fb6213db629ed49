//! Prices a table of requests, and shows where they cost something else than the table says.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Utc};
use studio_credits::{
    Credits, Delivery, GenerationRequest, Outcome, Value,
    pricing::{CostEngine, PriceError},
};

use super::{Answer, Report};

const COLUMNS: [&str; 11] =
    ["studio", "tool", "model", "settings", "facts", "count", "at", "outcome", "delivered", "unit", "expected"];
/// What a row expects that must have no price.
const REFUSED: &str = "refused";
/// When a request is made, if neither the row nor the book says it.
const AT: &str = "2026-11-22";

/// Prices each row of a table by a book.
pub(crate) fn agree(book: &str, table: &str) -> Answer {
    let book = super::book(book)?;
    let engine = CostEngine::new(&book)?;
    let first = first_instant(&book.to_toml())?;
    let rows = super::read(table)?;
    let mut rows = csv::Reader::from_reader(rows.as_bytes());
    let columns = rows.headers().map_err(|error| format!("{table}: {error}"))?.clone();
    if columns != COLUMNS[..] {
        return Err(format!("{table}: the columns are to be {}", COLUMNS.join(",")).into());
    }
    let (mut report, mut agreed, mut all) = (String::new(), 0, 0);
    for row in rows.records() {
        let row = row.map_err(|error| format!("{table}: {error}"))?;
        let place = format!("{table}:{}", row.position().map_or(0, csv::Position::line));
        let row: Row<'_> = row.deserialize(Some(&columns)).map_err(|error| format!("{place}: {error}"))?;
        let case = Case::read(&row, first).map_err(|error| format!("{place}: {error}"))?;
        all += 1;
        match case.difference(&engine) {
            None => agreed += 1,
            Some(difference) => writeln!(report, "{place}: {}\n{difference}", case.about)?,
        }
    }
    writeln!(report, "{agreed} of {all} cases agree")?;
    Ok(Report { text: report, well: agreed == all })
}

/// One row, as it is written.
type Row<'a> = BTreeMap<&'a str, &'a str>;

/// One row, understood.
struct Case<'a> {
    about: String,
    request: GenerationRequest,
    at: DateTime<Utc>,
    delivery: Option<Delivery>,
    unit: &'a str,
    /// `None` for a request that must be refused.
    expected: Option<Credits>,
    stated: &'a str,
}

impl<'a> Case<'a> {
    fn read(row: &Row<'a>, first: DateTime<Utc>) -> Answer<Self> {
        let cell = |column| row.get(column).copied().unwrap_or_default();
        let mut request = GenerationRequest::new(cell("studio"), cell("model"))?;
        if !cell("tool").is_empty() {
            request = request.with_tool(cell("tool"))?;
        }
        if !cell("count").is_empty() {
            let count = cell("count").parse().map_err(|_| format!("count `{}` is no number", cell("count")))?;
            request = request.with_count(count)?;
        }
        for (name, value) in pairs(cell("settings"))? {
            request = request.with_setting(name, value)?;
        }
        for (name, value) in pairs(cell("facts"))? {
            request = request.with_fact(name, value)?;
        }
        let stated = cell("expected");
        let expected = match stated {
            REFUSED => None,
            _ => Some(stated.parse().map_err(|_| format!("expected `{stated}` is neither an amount nor `{REFUSED}`"))?),
        };
        Ok(Self {
            about: about(row),
            request,
            at: if cell("at").is_empty() { first } else { super::instant(cell("at"))? },
            delivery: delivery(cell("outcome"), cell("delivered"))?,
            unit: cell("unit"),
            expected,
            stated,
        })
    }

    /// What the row says and what the book says, where they differ.
    fn difference(&self, engine: &CostEngine) -> Option<String> {
        let got = self.price(engine);
        let agrees = match (&got, self.expected) {
            (Ok((amount, unit)), Some(expected)) => *amount == expected && (self.unit.is_empty() || self.unit == *unit),
            (got, expected) => got.is_err() && expected.is_none(),
        };
        let got = match got {
            Ok((amount, unit)) => format!("{amount} {unit}"),
            Err(error) => format!("{REFUSED}: {error}"),
        };
        let unit = if self.expected.is_some() { self.unit } else { "" };
        let expected = format!("{} {unit}", self.stated);
        (!agrees).then(|| format!("  expected {}\n  got      {got}", expected.trim_end()))
    }

    /// The price, or what is due for what was delivered, and its unit.
    fn price<'e>(&'e self, engine: &'e CostEngine) -> Result<(Credits, &'e str), PriceError> {
        let quote = engine.quote(&self.request, self.at)?;
        match &self.delivery {
            None => Ok((quote.total(), quote.unit())),
            Some(delivery) => engine.charge_for(&quote.basis(), delivery).map(|due| (due.total, due.unit)),
        }
    }
}

/// `image/restyle/flux, count 4, resolution=2k`: everything that the row states, but what it expects.
fn about(row: &Row<'_>) -> String {
    let stated = |column: &&str| row.get(*column).copied().filter(|cell| !cell.is_empty());
    let names: Vec<_> = ["studio", "tool", "model"].iter().filter_map(stated).collect();
    let rest = ["settings", "facts", "count", "at", "outcome", "delivered"];
    let rest = rest.iter().filter_map(|column| Some(format!(", {column} {}", stated(column)?)));
    names.join("/") + &rest.collect::<String>()
}

/// How the work ended, if the row says it.
fn delivery(outcome: &str, delivered: &str) -> Answer<Option<Delivery>> {
    if outcome.is_empty() && delivered.is_empty() {
        return Ok(None);
    }
    let outcome = if outcome.is_empty() { Outcome::Delivered } else { outcome.parse()? };
    let mut delivery = Delivery::ended(outcome);
    let (outputs, measured) = match delivered.split_once(';') {
        _ if delivered.is_empty() => (None, ""),
        None if delivered.contains('=') => (None, delivered),
        Some((first, _)) if first.contains('=') => (None, delivered),
        None => (Some(delivered), ""),
        Some((first, rest)) => (Some(first), rest),
    };
    if let Some(outputs) = outputs {
        let outputs = outputs.parse().map_err(|_| format!("delivered `{outputs}` is no number of outputs"))?;
        delivery = delivery.with_outputs(outputs);
    }
    for (name, value) in pairs(measured)? {
        delivery = delivery.with_measured(name, value)?;
    }
    Ok(Some(delivery))
}

/// `k=v;k=v`, where a list or a record is JSON.
fn pairs(mut text: &str) -> Answer<BTreeMap<&str, Value>> {
    let mut pairs = BTreeMap::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`: write k=v;k=v"))?;
        let (value, rest) = value(rest).map_err(|error| format!("`{name}`: {error}"))?;
        if pairs.insert(name, value).is_some() {
            return Err(format!("`{name}` is given twice").into());
        }
        text = match rest.strip_prefix(';') {
            None if rest.is_empty() => rest,
            Some(more) if !more.is_empty() => more,
            _ => return Err(format!("`{name}` is followed by `{rest}`: write k=v;k=v").into()),
        };
    }
    Ok(pairs)
}

/// The value that a text begins with, and the rest of the text.
fn value(text: &str) -> Answer<(Value, &str)> {
    if !text.starts_with(['[', '{']) {
        let end = text.find(';').unwrap_or(text.len());
        return Ok((text[..end].into(), &text[end..]));
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next().ok_or("a value is missing")??;
    Ok((value, &text[values.byte_offset()..]))
}

/// The instant from which a book is in force.
fn first_instant(book: &str) -> Answer<DateTime<Utc>> {
    let book: toml::Table = toml::from_str(book)?;
    match book.get("from") {
        None => super::instant(AT),
        Some(toml::Value::Datetime(from)) => super::instant(&from.to_string()),
        Some(from) => super::instant(from.as_str().unwrap_or_default()),
    }
}
