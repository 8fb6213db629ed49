//! Which values of a setting a plan opens.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PlanError;
use crate::diagnostic::{excerpt, listed};
use crate::ids::Studio;
use crate::value::{Named, Shape, Value};

/// A setting, and the values that a plan opens of it: in one studio, or in all.
///
/// ```
/// use studio_credits::{Studio, plan::AllowedSetting};
///
/// let resolution = AllowedSetting::values("resolution", ["480p", "720p"])?.in_studio(Studio::new("video")?);
/// let duration = AllowedSetting::range("duration", Some(3), Some(6))?;
/// assert_eq!(duration.allowed().to_string(), "3 to 6");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct AllowedSetting {
    #[serde(skip_serializing_if = "Option::is_none")]
    studio: Option<Studio>,
    setting: Box<str>,
    allowed: AllowedValues,
}

/// The values that a setting may have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum AllowedValues {
    /// These and no others.
    Values(Vec<Value>),
    /// Numbers within a range, its ends included.
    Range {
        /// The least, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<Value>,
        /// The greatest, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Value>,
    },
}

impl AllowedSetting {
    /// How many values may be listed.
    pub const VALUES_MAX: usize = 64;

    /// The listed values, in every studio.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoValues`] when there is none, [`PlanError::TooMany`] when there are more than
    /// [`AllowedSetting::VALUES_MAX`], and [`PlanError::Value`] when the name or a value cannot be.
    pub fn values<V: Into<Value>>(setting: &str, values: impl IntoIterator<Item = V>) -> Result<Self, PlanError> {
        let allowed = AllowedValues::Values(values.into_iter().map(Into::into).collect());
        Self { studio: None, setting: setting.into(), allowed }.checked()
    }

    /// Numbers from a least to a greatest, in every studio.
    ///
    /// # Errors
    ///
    /// [`PlanError::Range`] when neither is given, one is no number, or the least is above the greatest, and
    /// [`PlanError::Value`] when the name cannot be.
    pub fn range<V: Into<Value>>(setting: &str, min: Option<V>, max: Option<V>) -> Result<Self, PlanError> {
        let allowed = AllowedValues::Range { min: min.map(Into::into), max: max.map(Into::into) };
        Self { studio: None, setting: setting.into(), allowed }.checked()
    }

    /// States it for one studio, where it goes before what is stated for all.
    #[must_use = "the setting is returned, not changed in place"]
    pub fn in_studio(self, studio: Studio) -> Self {
        Self { studio: Some(studio), ..self }
    }

    /// The studio that it is stated for; `None` is all.
    pub fn studio(&self) -> Option<&Studio> {
        self.studio.as_ref()
    }

    /// The name of the setting.
    pub fn setting(&self) -> &str {
        &self.setting
    }

    /// The values that it may have.
    pub fn allowed(&self) -> &AllowedValues {
        &self.allowed
    }

    pub(super) fn order(&self) -> (Option<&Studio>, &str) {
        (self.studio.as_ref(), &self.setting)
    }

    pub(super) fn twice(&self) -> PlanError {
        PlanError::Twice { what: "setting", name: excerpt(&self.setting) }
    }

    fn checked(self) -> Result<Self, PlanError> {
        let value = |fault| PlanError::Value { kind: "setting", name: excerpt(&self.setting), fault };
        match &self.allowed {
            AllowedValues::Values(values) if values.is_empty() => {
                return Err(PlanError::NoValues { setting: excerpt(&self.setting) });
            }
            AllowedValues::Values(values) => {
                let count = values.len();
                if count > Self::VALUES_MAX {
                    return Err(PlanError::TooMany { what: "values of a setting", count, max: Self::VALUES_MAX });
                }
                let mut bounds = Named::default();
                values.iter().try_for_each(|each| bounds.set(&self.setting, each.clone()).map_err(value))?;
                let earlier = |at: usize, each| values.iter().take(at).any(|other| other == each);
                if let Some((_, each)) = values.iter().enumerate().find(|(at, each)| earlier(*at, *each)) {
                    return Err(PlanError::Twice { what: "value", name: excerpt(&each.to_string()) });
                }
            }
            AllowedValues::Range { min, max } => {
                let mut bounds = Named::default();
                bounds.set(&self.setting, Value::from(true)).map_err(value)?;
                let ends: Vec<_> = min.iter().chain(max).map(number).collect();
                let rises = match ends[..] {
                    [Some(min), Some(max)] => min <= max,
                    [Some(_)] => true,
                    _ => false,
                };
                if !rises {
                    let told = |end: &Option<Value>| {
                        excerpt(&end.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string))
                    };
                    let setting = excerpt(&self.setting);
                    return Err(PlanError::Range { setting, min: told(min), max: told(max) });
                }
            }
        }
        Ok(self)
    }
}

fn number(value: &Value) -> Option<rust_decimal::Decimal> {
    if let Shape::Number(number) = value.shape() { Some(*number) } else { None }
}

impl AllowedValues {
    /// Whether a value is among them. Of a list, each item must be.
    pub fn allows(&self, value: &Value) -> bool {
        if let Self::Values(values) = self
            && values.contains(value)
        {
            return true;
        }
        match (self, value.shape()) {
            (_, Shape::List(items)) => items.iter().all(|item| self.allows(item)),
            (Self::Range { min, max }, Shape::Number(given)) => {
                let end = |end: &Option<Value>| end.as_ref().and_then(number);
                end(min).is_none_or(|min| min <= *given) && end(max).is_none_or(|max| *given <= max)
            }
            _ => false,
        }
    }
}

/// As a person would list it: "`1k`, `2k`", "3 to 6", "up to 6".
impl fmt::Display for AllowedValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(values) => {
                let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
                f.write_str(&listed(texts.iter().map(String::as_str)))
            }
            Self::Range { min: Some(min), max: Some(max) } => write!(f, "{min} to {max}"),
            Self::Range { min: Some(min), max: None } => write!(f, "{min} or more"),
            Self::Range { min: None, max: Some(max) } => write!(f, "up to {max}"),
            Self::Range { min: None, max: None } => f.write_str("any number"),
        }
    }
}

/// An allowed setting as it is read, before its values are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an allowed setting")]
struct Parts {
    studio: Option<Studio>,
    setting: Box<str>,
    allowed: AllowedValues,
}

impl TryFrom<Parts> for AllowedSetting {
    type Error = PlanError;

    fn try_from(Parts { studio, setting, allowed }: Parts) -> Result<Self, PlanError> {
        Self { studio, setting, allowed }.checked()
    }
}
