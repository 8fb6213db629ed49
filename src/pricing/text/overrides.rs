//! Reads what a book changes of the book below.

use toml::de::DeValue;

use crate::{
    pricing::book::{Exactness, Override},
    text::{Entry, Faults},
};

const OVERRIDE: [&str; 18] = [
    "studio",
    "tool",
    "model",
    "from",
    "until",
    "when",
    "offered",
    "unit",
    "unit_round",
    "settings",
    "times",
    "plus",
    "minimum",
    "maximum",
    "round",
    "exactness",
    "charge",
    "note",
];

impl Faults {
    pub(crate) fn change(&mut self, entry: &Entry<'_>) -> Override {
        let mut change = Override { span: entry.span(), ..Override::default() };
        for entry in self.entries(entry, "what the override changes") {
            match entry.key {
                "studio" => change.studio = self.text(&entry).map(Into::into),
                "tool" => change.tools = self.texts(&entry),
                "model" => change.models = self.texts(&entry),
                "from" => change.from = self.instant(&entry),
                "until" => change.until = self.instant(&entry),
                "when" => change.when = self.condition(&entry),
                "offered" => match entry.value.get_ref() {
                    DeValue::Boolean(false) => change.withdrawn = true,
                    _ => self.say(entry.span(), "`offered` is false, or is left out"),
                },
                "unit" => change.unit = self.text(&entry).map(Into::into),
                "unit_round" => change.unit_round = self.round(&entry),
                "settings" => change.settings = self.settings(&entry),
                "times" => change.times = self.factors(&entry),
                "plus" => change.plus = self.additions(&entry),
                "minimum" => change.minimum = Some(self.price(&entry)),
                "maximum" => change.maximum = Some(self.price(&entry)),
                "round" => change.round = self.round(&entry),
                "exactness" => change.exactness = self.one_of(&entry, &Exactness::TEXTS),
                "charge" => change.charge = self.charging(&entry),
                "note" => change.note = self.text(&entry).map(Into::into),
                _ => self.unknown(&entry, &OVERRIDE),
            }
        }
        change
    }
}
