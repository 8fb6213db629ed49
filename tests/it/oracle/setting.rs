//! What a setting or a fact may be.

use super::{
    number::{decimal, whole},
    tree::{Datum, Fraction, Setting, find},
};

impl Setting {
    /// The type that is stated, or that the other keys show.
    pub(crate) fn shown_kind(&self) -> &'static str {
        match (self.kind, &self.default) {
            (Some(kind), _) => kind,
            _ if !self.values.is_empty() => "choice",
            _ if self.items.is_some() => "list",
            _ if !self.fields.is_empty() => "record",
            _ if self.min.is_some() || self.max.is_some() || self.unit.is_some() => "number",
            (None, Some(Datum::Flag(_))) => "flag",
            (None, Some(Datum::Number(_))) => "number",
            other => panic!("{other:?} shows no type"),
        }
    }

    /// A choice of numbers is a number.
    fn numbers(&self) -> Option<Vec<&Fraction>> {
        self.values.iter().map(Datum::number).collect()
    }

    /// The most that it can be, if something is said of that.
    pub(crate) fn most(&self) -> Option<Fraction> {
        let listed = self.numbers().and_then(|numbers| numbers.into_iter().max());
        self.max.as_ref().or(listed).filter(|_| self.is_number()).cloned()
    }

    pub(crate) fn is_number(&self) -> bool {
        match self.shown_kind() {
            "number" => true,
            "choice" => self.numbers().is_some(),
            _ => false,
        }
    }

    /// A value as formulas see it: that of a choice or a text is a text, also where it reads as a number.
    pub(crate) fn meant(&self, datum: Datum) -> Datum {
        let texts = self.shown_kind() == "text" || self.shown_kind() == "choice" && !self.is_number();
        match datum {
            Datum::Number(number) if texts => Datum::Text(decimal(&number)),
            Datum::Flag(flag) if texts => Datum::Text(flag.to_string()),
            datum => datum,
        }
    }

    pub(crate) fn accepts(&self, datum: &Datum) -> bool {
        match (self.shown_kind(), datum) {
            (_, Datum::Number(number)) if self.is_number() => self.accepts_number(number),
            ("choice", datum) => self.values.contains(datum),
            ("text", Datum::Text(_) | Datum::Number(_) | Datum::Flag(_)) | ("flag", Datum::Flag(_)) => true,
            ("list", Datum::List(items)) => {
                items.len() <= self.items_max() && items.iter().all(|item| self.items.as_ref().unwrap().accepts(item))
            }
            ("list", item) => self.items_max() > 0 && self.items.as_ref().unwrap().accepts(item),
            ("record", Datum::Record(given)) => given
                .iter()
                .all(|(name, datum)| find(&self.fields, name).is_some_and(|declared| declared.accepts(datum))),
            _ => false,
        }
    }

    fn items_max(&self) -> usize {
        self.max_items.unwrap_or(1_000)
    }

    fn accepts_number(&self, number: &Fraction) -> bool {
        let listed = self.numbers().unwrap_or_default();
        let (least, most) = (listed.iter().copied().min(), listed.iter().copied().max());
        let min = self.min.as_ref().or(least).cloned().unwrap_or_default();
        let max = self.max.as_ref().or(most).cloned().unwrap_or_else(|| whole(1_000_000_000));
        let stepped = self.step.as_ref().is_none_or(|step| ((number - &min) / step).is_integer());
        stepped && min <= *number && *number <= max && (listed.is_empty() || listed.contains(&number))
    }
}
