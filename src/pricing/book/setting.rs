//! What a setting or a fact may be: its type, unit, range, values and default.

use serde::Serialize;

use super::Span;
use crate::value::{Shape, Value};

/// A declaration of a setting or a fact: what it may be set to, and what it is when it is left out.
///
/// A book's `[settings]` and `[facts]` hold these; a rule names the settings it takes and may narrow them.
///
/// ```
/// use studio_credits::pricing::Setting;
///
/// let resolution = Setting::choice(["1k", "2k", "4k"]).with_default("1k");
/// let duration = Setting::number(4, 15).with_unit("second").with_default(5);
/// let audio = Setting::flag().with_default(false);
/// # let _ = (resolution, duration, audio);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    pub(crate) kind: Option<SettingKind>,
    pub(crate) values: Vec<Value>,
    pub(crate) min: Option<Value>,
    pub(crate) max: Option<Value>,
    pub(crate) step: Option<Value>,
    pub(crate) unit: Option<Box<str>>,
    pub(crate) default: Option<Value>,
    pub(crate) measured: bool,
    pub(crate) items: Option<Box<Setting>>,
    pub(crate) fields: Vec<(Box<str>, Setting)>,
    pub(crate) max_items: Option<Value>,
    pub(crate) note: Option<Box<str>>,
    pub(crate) span: Span,
}

/// The type of a setting.
///
/// Complete on purpose: a user interface draws one control for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingKind {
    /// One of the listed values.
    Choice,
    /// Any text.
    Text,
    /// A number within a range.
    Number,
    /// `true` or `false`.
    Flag,
    /// Several items, each as `items` declares it.
    List,
    /// Named values, each as `fields` declares it: an item of a list.
    Record,
}

impl SettingKind {
    pub(crate) const TEXTS: [(&'static str, SettingKind); 6] = [
        ("choice", SettingKind::Choice),
        ("text", SettingKind::Text),
        ("number", SettingKind::Number),
        ("flag", SettingKind::Flag),
        ("list", SettingKind::List),
        ("record", SettingKind::Record),
    ];
}

impl Setting {
    /// One of the listed values.
    pub fn choice<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self {
            kind: Some(SettingKind::Choice),
            values: values.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Any text, such as the name of a model that made the image at hand.
    pub fn text() -> Self {
        Self { kind: Some(SettingKind::Text), ..Self::default() }
    }

    /// A number from `min` to `max`, both included.
    pub fn number(min: impl Into<Value>, max: impl Into<Value>) -> Self {
        Self { kind: Some(SettingKind::Number), min: Some(min.into()), max: Some(max.into()), ..Self::default() }
    }

    /// `true` or `false`.
    pub fn flag() -> Self {
        Self { kind: Some(SettingKind::Flag), ..Self::default() }
    }

    /// At most `max_items` items, each as declared.
    pub fn list(items: Setting, max_items: u32) -> Self {
        Self {
            kind: Some(SettingKind::List),
            items: Some(Box::new(items)),
            max_items: Some(max_items.into()),
            ..Self::default()
        }
    }

    /// Named values, each as declared: for the items of a list.
    pub fn record<'a>(fields: impl IntoIterator<Item = (&'a str, Setting)>) -> Self {
        Self {
            kind: Some(SettingKind::Record),
            fields: fields.into_iter().map(|(name, setting)| (name.into(), setting)).collect(),
            ..Self::default()
        }
    }

    /// The value it has when a request leaves it out.
    #[must_use]
    pub fn with_default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// What the number counts, such as `second`: a price `per.second` is then a price of this setting.
    #[must_use]
    pub fn with_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// The number goes up in steps of this, counted from its least.
    #[must_use]
    pub fn with_step(mut self, step: impl Into<Value>) -> Self {
        self.step = Some(step.into());
        self
    }

    /// Known only after the work: a quote may leave it out, and is then an estimate or a bound.
    #[must_use]
    pub fn measured(mut self) -> Self {
        self.measured = true;
        self
    }

    /// The declaration with what `narrower` says put in its place; narrowed to one value, it has that by default.
    pub(crate) fn narrowed(&self, narrower: &Setting) -> Setting {
        let own = narrower.clone();
        let only = if let [only] = own.values.as_slice() { Some(only.clone()) } else { None };
        let wide = self.clone();
        Setting {
            kind: own.kind.or(wide.kind),
            values: if own.values.is_empty() { wide.values } else { own.values },
            min: own.min.or(wide.min),
            max: own.max.or(wide.max),
            step: own.step.or(wide.step),
            unit: own.unit.or(wide.unit),
            default: own.default.or(only).or(wide.default),
            measured: own.measured || wide.measured,
            items: own.items.or(wide.items),
            fields: if own.fields.is_empty() { wide.fields } else { own.fields },
            max_items: own.max_items.or(wide.max_items),
            note: own.note.or(wide.note),
            span: own.span,
        }
    }

    /// The type, as stated or as the other keys show it.
    pub(crate) fn shown_kind(&self) -> Option<SettingKind> {
        self.kind.or_else(|| {
            if !self.values.is_empty() {
                Some(SettingKind::Choice)
            } else if self.items.is_some() {
                Some(SettingKind::List)
            } else if !self.fields.is_empty() {
                Some(SettingKind::Record)
            } else if self.min.is_some() || self.max.is_some() || self.unit.is_some() {
                Some(SettingKind::Number)
            } else {
                match self.default.as_ref()?.shape() {
                    Shape::Flag(_) => Some(SettingKind::Flag),
                    Shape::Number(_) => Some(SettingKind::Number),
                    Shape::List(_) | Shape::Record(_) | Shape::Text(_) => None,
                }
            }
        })
    }
}
