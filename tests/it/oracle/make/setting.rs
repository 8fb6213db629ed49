//! Makes declarations of settings and facts, and narrows them.

use super::Maker;
use crate::oracle::{
    number::{fraction, whole},
    tree::{Datum, Fraction, Named, Setting},
};

/// Numbers that come up both as settings and as bounds, so that they often meet.
pub(super) const GRID: [&str; 12] = ["0", "1", "2", "2.5", "3", "4", "5", "6", "8", "10", "12", "20"];
/// Sides of sizes.
pub(super) const SIDES: [&str; 6] = ["256", "512", "768", "1024", "1536", "2048"];

/// Settings that book-wide values do not use, so that a rule may narrow them to other texts.
pub(super) const NARROWED_TEXTS: [&str; 2] = ["resolution", "aspect ratio"];

impl Maker {
    pub(super) fn settings(&mut self) -> Named<Setting> {
        let mut settings = Named::new();
        let mut add = |name: &str, setting: Setting| settings.push((name.to_owned(), setting));
        add("resolution", self.choice(&["480p", "720p", "1080p", "4k", "8.5k"]));
        add("aspect ratio", self.choice(&["16:9", "1:1", "größe", "a b", "3"]));
        add("quality", self.choice(&["low", "high", "5", "ultra"]));
        let step = self.chance.maybe(60, |chance| fraction(chance.text(&["0.5", "1", "3"])));
        let duration = Setting { unit: Some("second".into()), step, ..self.range("1", "20") };
        let default =
            duration.default.clone().map(|default| if duration.accepts(&default) { default } else { datum("4") });
        add("duration", Setting { default, ..duration });
        add("steps", Setting { unit: Some("step".into()), ..self.range("0", "12") });
        for side in ["width", "height"] {
            add(side, self.range("1", "4096"));
        }
        add("tokens", Setting { unit: self.chance.maybe(70, |_| "token".into()), ..self.range("0", "1_000_000") });
        add("offset", self.range("-5", "5"));
        add("scale", self.numbers(&["0.5", "1", "2", "2.5", "4"]));
        for flag in ["audio", "preview"] {
            let default = self.chance.maybe(75, |chance| Datum::Flag(chance.percent(30)));
            let kind = if default.is_none() || self.chance.percent(20) { Some("flag") } else { None };
            add(flag, Setting { kind, default, ..Setting::default() });
        }
        add("gpu_seconds", self.measured());
        add("stages", self.stages());
        let sizes = Setting { kind: Some("number"), ..self.range("-1", "9") };
        let sizes = Setting { default: None, ..sizes };
        add("sizes", self.list(sizes, |chance| Datum::Number(whole(chance.below(9)))));
        let tags = ["warm", "cold", "7"];
        let words = Setting { values: tags.map(datum).into(), ..Setting::default() };
        add("tags", self.list(words, |chance| datum(chance.text(&tags))));
        let flags = Setting { kind: Some("flag"), ..Setting::default() };
        add("hits", self.list(flags, |chance| Datum::Flag(chance.percent(50))));
        settings
    }

    pub(super) fn facts(&mut self) -> Named<Setting> {
        let seats = Setting { unit: Some("seat".into()), ..self.range("0", "50") };
        let first = Setting { default: Some(Datum::Flag(false)), ..Setting::default() };
        let facts = [("plan", self.choice(&["free", "pro", "team"])), ("seats", seats), ("first", first)];
        facts.map(|(name, fact)| (name.to_owned(), fact)).into()
    }

    fn choice(&mut self, texts: &[&str]) -> Setting {
        let mut values: Vec<Datum> = self.chance.some_of(75, texts).into_iter().map(datum).collect();
        // A choice of numbers alone would be a number.
        if !values.iter().any(|value| matches!(value, Datum::Text(_))) {
            values = texts.iter().map(datum).collect();
        }
        let default = self.chance.maybe(80, |chance| chance.pick(&values).clone());
        let kind = self.chance.maybe(10, |_| "choice");
        Setting { kind, values, default, ..Setting::default() }
    }

    fn numbers(&mut self, texts: &[&str]) -> Setting {
        let values: Vec<Datum> = texts.iter().map(datum).collect();
        let default = self.chance.maybe(80, |chance| chance.pick(&values).clone());
        Setting { values, default, ..Setting::default() }
    }

    pub(super) fn range(&mut self, min: &str, max: &str) -> Setting {
        let (min, max) = (fraction(min), fraction(max));
        let within: Vec<Fraction> = points().filter(|it| it.is_integer() && min <= *it && *it <= max).collect();
        let default = self.chance.maybe(85, |chance| Datum::Number(chance.pick(&within).clone()));
        let unsaid = min == Fraction::default() && self.chance.percent(20);
        Setting { min: Some(min).filter(|_| !unsaid), max: Some(max), default, ..Setting::default() }
    }

    fn measured(&mut self) -> Setting {
        let bound = self.chance.maybe(70, |_| whole(60));
        let default = self.chance.maybe(50, |chance| Datum::Number(whole(chance.between(1, 20))));
        Setting { unit: Some("gpu_second".into()), max: bound, default, measured: true, ..Setting::default() }
    }

    fn stages(&mut self) -> Setting {
        let default = self.chance.maybe(30, |_| Datum::Number(whole(7)));
        let fields = vec![
            ("kind".to_owned(), Setting { values: vec![datum("draw"), datum("scale")], ..Setting::default() }),
            ("steps".to_owned(), Setting { min: Some(whole(0)), max: Some(whole(50)), default, ..Setting::default() }),
            ("boost".to_owned(), Setting { kind: Some("flag"), ..Setting::default() }),
        ];
        let item = Setting { fields, ..Setting::default() };
        self.list(item, |chance| {
            let kind = ("kind".to_owned(), datum(chance.text(&["draw", "scale"])));
            Datum::Record(vec![kind, ("steps".to_owned(), Datum::Number(whole(chance.below(50))))])
        })
    }

    fn list(&mut self, item: Setting, mut make: impl FnMut(&mut super::Chance) -> Datum) -> Setting {
        let default = self.chance.percent(70).then(|| {
            let length = self.chance.below(4);
            Datum::List((0..length).map(|_| make(&mut self.chance)).collect())
        });
        let kind = self.chance.maybe(50, |_| "list");
        Setting { kind, items: Some(Box::new(item)), max_items: Some(4), default, ..Setting::default() }
    }

    /// What a rule says of a setting to allow less of it; nothing where that cannot be said.
    pub(super) fn narrower(&mut self, name: &str, wide: &Setting) -> Option<Setting> {
        if wide.shown_kind() == "choice" && !wide.is_number() {
            if !NARROWED_TEXTS.contains(&name) {
                return None;
            }
            let values = self.chance.some_of(60, &wide.values);
            let texts = values.iter().any(|value| matches!(value, Datum::Text(_)));
            return texts.then(|| Self::held(wide, Setting { values, ..Setting::default() }));
        }
        let bounds = wide.min.as_ref().zip(wide.max.as_ref()).filter(|_| wide.is_number() && wide.step.is_none());
        let (min, max) = bounds?;
        let within: Vec<Fraction> = points().filter(|it| it.is_integer() && min <= it && it <= max).collect();
        let (low, high) = (self.chance.place(within.len()), self.chance.place(within.len()));
        let (low, high) = (within[low.min(high)].clone(), within[low.max(high)].clone());
        let own = Setting { min: self.chance.maybe(50, |_| low), max: Some(high), ..Setting::default() };
        // Only a rule that gives it a type may allow more.
        let wider = own.max.clone().filter(|_| self.chance.percent(10)).map(|_| max + whole(5));
        let kind = wider.as_ref().map(|_| "number");
        let own = Setting { kind, max: wider.or(own.max), ..own };
        Some(Self::held(wide, own))
    }

    /// The same with a default of its own where it does not allow the wider one.
    fn held(wide: &Setting, own: Setting) -> Setting {
        let narrowed = wide.narrowed(&own);
        let holds = narrowed.default.as_ref().is_none_or(|default| narrowed.accepts(default));
        if holds {
            return own;
        }
        let default = own.values.first().cloned().or_else(|| narrowed.min.clone().map(Datum::Number));
        let default = default.or_else(|| narrowed.max.clone().map(Datum::Number));
        Setting { default, ..own }
    }
}

pub(super) fn points() -> impl Iterator<Item = Fraction> {
    ["-5", "-2", "-1"].iter().chain(&GRID).chain(&SIDES).map(|text| fraction(text))
}

/// What a text in a request or a book is: a number where it reads as one.
pub(super) fn datum(text: impl AsRef<str>) -> Datum {
    let text = text.as_ref();
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        Datum::Number(fraction(text))
    } else {
        Datum::Text(text.to_owned())
    }
}
