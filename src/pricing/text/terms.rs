//! Reads the terms of a rule: factors, additions, bounds of each output, rounding, and what outcomes cost.

use crate::{
    outcome::Outcome,
    pricing::book::{Addition, Charged, Charging, DIRECTIONS, Each, Factor, Price, PriceKind, Round},
    text::{Entry, Faults},
};

impl Faults {
    pub(super) fn factors(&mut self, entry: &Entry<'_>) -> Vec<Factor> {
        let tables = self.tables(entry, "times = [{ what = …, by = … }]");
        tables.iter().map(|item| self.factor(item)).collect()
    }

    pub(super) fn additions(&mut self, entry: &Entry<'_>) -> Vec<Addition> {
        let tables = self.tables(entry, "plus = [{ what = …, per.output = … }]");
        tables.iter().map(|item| self.addition(item)).collect()
    }

    fn factor(&mut self, entry: &Entry<'_>) -> Factor {
        let (mut what, mut when, mut by) = ("factor".into(), None, None);
        for entry in self.entries(entry, "what, when and by") {
            match entry.key {
                "what" => what = self.text(&entry).unwrap_or_default().into(),
                "when" => when = self.condition(&entry),
                "by" => by = Some(self.price(&entry)),
                _ => self.unknown(&entry, &["what", "when", "by"]),
            }
        }
        let span = entry.span();
        if by.is_none() {
            self.say(span, "the factor has no `by`");
        }
        let by = by.unwrap_or_else(|| Price::spanned(PriceKind::NotOffered, span));
        Factor { what, when, by, span }
    }

    fn addition(&mut self, entry: &Entry<'_>) -> Addition {
        let (mut what, mut when, mut per) = ("addition".into(), None, Vec::new());
        for entry in self.entries(entry, "what, when and per") {
            match entry.key {
                "what" => what = self.text(&entry).unwrap_or_default().into(),
                "when" => when = self.condition(&entry),
                "per" => per = self.prices(&entry),
                _ => self.unknown(&entry, &["what", "when", "per"]),
            }
        }
        let span = entry.span();
        if per.is_empty() {
            self.say(span, "the addition has no `per`");
        }
        Addition { what, when, per, span }
    }

    pub(super) fn each(&mut self, entry: &Entry<'_>) -> Each {
        let mut each = Each::default();
        for entry in self.entries(entry, "minimum, maximum and round") {
            match entry.key {
                "minimum" => each.minimum = Some(self.price(&entry)),
                "maximum" => each.maximum = Some(self.price(&entry)),
                "round" => each.round = self.round(&entry),
                _ => self.unknown(&entry, &["minimum", "maximum", "round"]),
            }
        }
        each
    }

    pub(super) fn round(&mut self, entry: &Entry<'_>) -> Option<Round> {
        let keys = self.entries(entry, "one direction and its step, such as { up = 1 }");
        let known = DIRECTIONS.map(|(text, _)| text);
        let [direction] = keys.as_slice() else {
            self.say(entry.span(), format!("`round` has one of {}", known.join(", ")));
            return None;
        };
        let found = DIRECTIONS.iter().find(|(text, _)| *text == direction.key);
        let Some((_, rounding)) = found else {
            self.unknown(direction, &known);
            return None;
        };
        let round = Round::new(*rounding, self.decimal(direction)?.normalize());
        if !round.possible() {
            let step = round.step;
            let message = format!("a step of {step} cannot be; it is above 0 and has at most nine decimal places");
            self.say(direction.span(), message);
            return None;
        }
        Some(round)
    }

    pub(super) fn charging(&mut self, entry: &Entry<'_>) -> Charging {
        const OUTCOMES: [(&str, Outcome); 5] = [
            ("partial", Outcome::Delivered),
            ("failed", Outcome::Failed),
            ("blocked", Outcome::Blocked),
            ("cancelled", Outcome::Cancelled),
            ("empty", Outcome::Empty),
        ];
        let mut charging = Charging::default();
        for entry in self.entries(entry, "outcomes") {
            match OUTCOMES.iter().find(|(text, _)| *text == entry.key) {
                Some((_, outcome)) => {
                    if let Some(charged) = self.one_of(&entry, &Charged::TEXTS) {
                        charging = charging.with(*outcome, charged);
                    }
                }
                None => self.unknown(&entry, &OUTCOMES.map(|(text, _)| text)),
            }
        }
        charging
    }
}
