//! Reads what a book says of requests: which settings there are, and examples.

use toml::de::DeValue;

use crate::{
    credits::Credits,
    pricing::book::{Example, Setting, SettingKind},
    request::GenerationRequest,
    text::{Entry, Faults, items},
};

const SETTING: [&str; 12] =
    ["type", "values", "min", "max", "step", "default", "unit", "measured", "items", "fields", "max_items", "note"];

impl Faults {
    pub(crate) fn settings(&mut self, entry: &Entry<'_>) -> Vec<(Box<str>, Setting)> {
        if let DeValue::Array(_) = entry.value.get_ref() {
            let items = items(entry);
            let named = items.iter().filter_map(|item| Some((self.text(item)?, item.span())));
            return named.map(|(name, span)| (name.into(), Setting { span, ..Setting::default() })).collect();
        }
        let settings = self.entries(entry, "settings");
        settings.iter().map(|entry| (entry.key.into(), self.setting(entry))).collect()
    }

    fn setting(&mut self, entry: &Entry<'_>) -> Setting {
        let mut setting = Setting { span: entry.extent(), ..Setting::default() };
        if let DeValue::Array(_) = entry.value.get_ref() {
            setting.values = items(entry).iter().filter_map(|item| self.value(item)).collect();
            return setting;
        }
        for entry in self.entries(entry, "what the setting may be") {
            match entry.key {
                "type" => setting.kind = self.one_of(&entry, &SettingKind::TEXTS),
                "values" => setting.values = items(&entry).iter().filter_map(|item| self.value(item)).collect(),
                "min" => setting.min = self.decimal(&entry).map(Into::into),
                "max" => setting.max = self.decimal(&entry).map(Into::into),
                "step" => setting.step = self.decimal(&entry).map(Into::into),
                "default" => setting.default = self.value(&entry),
                "unit" => setting.unit = self.text(&entry).map(Into::into),
                "measured" => setting.measured = self.flag(&entry).unwrap_or_default(),
                "items" => setting.items = Some(Box::new(self.setting(&entry))),
                "fields" => setting.fields = self.settings(&entry),
                "max_items" => setting.max_items = self.whole::<u32>(&entry).map(Into::into),
                "note" => setting.note = self.text(&entry).map(Into::into),
                _ => self.unknown(&entry, &SETTING),
            }
        }
        setting
    }

    /// A request and what it must cost.
    pub(crate) fn example(&mut self, entry: &Entry<'_>) -> Option<Example> {
        const KEYS: [&str; 8] = ["studio", "tool", "model", "count", "settings", "facts", "at", "costs"];
        let entries = self.entries(entry, "a request and what it costs");
        let (mut studio, mut model, mut costs, mut at) = ("", "", None, None);
        for entry in &entries {
            match entry.key {
                "studio" => studio = self.text(entry)?,
                "model" => model = self.text(entry)?,
                "costs" => {
                    let given = Credits::try_from(self.decimal(entry)?);
                    costs = given.map_err(|error| self.say(entry.span(), error.to_string())).ok();
                }
                "at" => at = Some(self.instant(entry)?),
                "tool" | "count" | "settings" | "facts" => {}
                _ => self.unknown(entry, &KEYS),
            }
        }
        let mut request = GenerationRequest::new(studio, model);
        for entry in &entries {
            request = match entry.key {
                "tool" => request.and_then(|request| request.with_tool(self.text(entry).unwrap_or_default())),
                "count" => {
                    let count = self.whole(entry)?;
                    request.and_then(|request| request.with_count(count))
                }
                "settings" | "facts" => self.entries(entry, "values").iter().fold(request, |request, given| {
                    let value = self.value(given);
                    match (request?, value) {
                        (request, None) => Ok(request),
                        (request, Some(value)) if entry.key == "facts" => request.with_fact(given.key, value),
                        (request, Some(value)) => request.with_setting(given.key, value),
                    }
                }),
                _ => request,
            };
        }
        let span = entry.extent();
        if costs.is_none() {
            self.say(span, "the example does not say what it `costs`");
        }
        let request = request.map_err(|error| self.say(span, error.to_string())).ok()?;
        Some(Example { request, at, costs: costs?, span })
    }
}
