//! Which work a plan opens.

use serde::{Deserialize, Serialize};

use super::{AllowedSetting, AllowedValues, NotEntitled, PlanError};
use crate::ids::Studio;
use crate::value::Value;
use crate::work::{Restriction, Work};

/// Which work a plan opens: any, unless something is named.
///
/// Each list that names something must name what the work is for, as in a [`Restriction`]: what is not listed is not
/// opened. Settings may have lists of their own, so that the highest resolution of a plan is data.
///
/// ```
/// use studio_credits::{Model, Restriction, Studio, Value, Work, plan::{AllowedSetting, Entitlements}};
///
/// let opened = Entitlements::default()
///     .with_work(Restriction::default().to_studio(Studio::new("image")?))?
///     .with_setting(AllowedSetting::values("resolution", ["1k", "2k"])?)?;
///
/// let image = Work::new(Studio::new("image")?, Model::new("flux-dev")?);
/// assert_eq!(opened.check(&image, [("resolution", &Value::from("2k"))]), Ok(()));
///
/// let refusal = opened.check(&image, [("resolution", &Value::from("4k"))]).unwrap_err();
/// assert_eq!(refusal.to_string(), "the plan does not open `4k` as `resolution`: it opens `1k`, `2k`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("feature", "access"))]
pub struct Entitlements {
    #[serde(skip_serializing_if = "Restriction::is_none")]
    work: Restriction,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settings: Vec<AllowedSetting>,
}

impl Entitlements {
    /// How many studios, tools and models may be named in all.
    pub const NAMES_MAX: usize = 256;
    /// How many settings may have a list or a range, counted once for each studio.
    pub const SETTINGS_MAX: usize = 64;

    /// Opens the work that a restriction allows.
    ///
    /// # Errors
    ///
    /// [`PlanError::TooMany`] when it has more than [`Entitlements::NAMES_MAX`] names.
    pub fn with_work(self, work: Restriction) -> Result<Self, PlanError> {
        Self { work, ..self }.checked()
    }

    /// States which values a setting may have.
    ///
    /// # Errors
    ///
    /// [`PlanError::Twice`] when that is stated for the same setting and studio already, and [`PlanError::TooMany`]
    /// beyond [`Entitlements::SETTINGS_MAX`].
    pub fn with_setting(mut self, setting: AllowedSetting) -> Result<Self, PlanError> {
        let found = self.settings.binary_search_by(|known| known.order().cmp(&setting.order()));
        let at = found.map_or_else(Ok, |_| Err(setting.twice()))?;
        self.settings.insert(at, setting);
        self.checked()
    }

    /// Which studios, tools and models are opened.
    pub fn work(&self) -> &Restriction {
        &self.work
    }

    /// Which values settings may have: those for all studios first, then by studio, each sorted by name.
    pub fn settings(&self) -> &[AllowedSetting] {
        &self.settings
    }

    /// Which values a setting may have in a studio: what is stated for the studio goes before what is stated for all.
    pub fn setting(&self, studio: &Studio, name: &str) -> Option<&AllowedValues> {
        let stated = |studio| self.settings.iter().find(|known| known.order() == (studio, name));
        stated(Some(studio)).or_else(|| stated(None)).map(AllowedSetting::allowed)
    }

    /// Whether work with these settings is opened.
    ///
    /// The settings are judged as they are given. One that is left out is not judged, so give them with their defaults,
    /// as a quote has them, where a default may be more than the plan opens. The items of a list are judged one by one.
    ///
    /// # Errors
    ///
    /// [`NotEntitled`] names the first that says no: studio, tool, model, then the settings in the order given.
    pub fn check<'a>(
        &self,
        work: &Work,
        settings: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Result<(), NotEntitled> {
        let Work { studio, tool, model, member: _ } = work;
        let (studios, tools, models) = (self.work.studios(), self.work.tools(), self.work.models());
        if !studios.is_empty() && !studios.contains(studio) {
            return Err(NotEntitled::Studio { studio: studio.clone(), opened: studios.into() });
        }
        if !tools.is_empty() && !tool.as_ref().is_some_and(|tool| tools.contains(tool)) {
            return Err(NotEntitled::Tool { tool: tool.clone(), opened: tools.into() });
        }
        if !models.is_empty() && !models.contains(model) {
            return Err(NotEntitled::Model { model: model.clone(), opened: models.into() });
        }
        if self.work.except_models().contains(model) {
            return Err(NotEntitled::LockedModel { model: model.clone() });
        }
        for (setting, value) in settings {
            if let Some(allowed) = self.setting(studio, setting).filter(|allowed| !allowed.allows(value)) {
                let (setting, value, opened) = (setting.into(), value.clone(), allowed.clone());
                return Err(NotEntitled::Setting { setting, value, opened });
            }
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, PlanError> {
        let names = self.work.names();
        if names > Self::NAMES_MAX {
            let what = "opened studios, tools and models";
            return Err(PlanError::TooMany { what, count: names, max: Self::NAMES_MAX });
        }
        let count = self.settings.len();
        if count > Self::SETTINGS_MAX {
            return Err(PlanError::TooMany { what: "settings", count, max: Self::SETTINGS_MAX });
        }
        Ok(self)
    }

    /// Whether nothing is named, and all is opened.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Entitlements as they are read, before they are counted.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "entitlements")]
#[derive(Default)]
struct Parts {
    work: Restriction,
    settings: Vec<AllowedSetting>,
}

impl TryFrom<Parts> for Entitlements {
    type Error = PlanError;

    fn try_from(Parts { work, settings }: Parts) -> Result<Self, PlanError> {
        settings.into_iter().try_fold(Self::default().with_work(work)?, Self::with_setting)
    }
}
