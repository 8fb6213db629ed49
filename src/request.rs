//! What is asked for: a generation, before it has a price.

use serde::{Deserialize, Serialize};

use crate::diagnostic::excerpt;
use crate::digest;
use crate::ids::{IdError, Model, Studio, Tool};
use crate::value::{Named, Value, ValueError};

/// How many values may stand beside one another: settings, facts, measured values.
pub(crate) const NAMED_MAX: usize = 64;

/// About how many bytes of such values are kept with a hold, or with what came of it.
pub(crate) const KEPT_BYTES_MAX: usize = 4_096;

/// What is asked for: which studio, tool and model, with which settings, how many times.
///
/// Settings are what a user chooses, such as a resolution. Facts are what only the caller knows, such as the user's
/// plan; a host that reads requests from its clients must not take the facts from there.
///
/// ```
/// use studio_credits::GenerationRequest;
///
/// let request = GenerationRequest::new("image", "nano-banana-2")?
///     .with_setting("resolution", "2k")?
///     .with_fact("plan", "pro")?
///     .with_count(4)?;
/// assert_eq!(request.count(), 4);
/// # Ok::<(), studio_credits::RequestError>(())
/// ```
///
/// In JSON, `tool` may be missing, `count` is 1 unless given, and other fields than these are refused:
///
/// ```json
/// {
///   "studio": "image", "tool": "restyle", "model": "nano-banana-2", "count": 4,
///   "settings": {"resolution": "2k"}, "facts": {"plan": "pro"}
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("usage", "job"))]
pub struct GenerationRequest {
    studio: Studio,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<Tool>,
    model: Model,
    count: u64,
    settings: Named,
    facts: Named,
    /// Of studio, tool and model: made once, as a request is priced more often than it is made.
    #[serde(skip_serializing)]
    digest: u64,
}

impl GenerationRequest {
    /// How many outputs one request may ask for.
    pub const COUNT_MAX: u64 = 1_000_000;

    /// Asks a model of a studio for one output.
    ///
    /// ```
    /// use studio_credits::GenerationRequest;
    ///
    /// let request = GenerationRequest::new("image", "nano-banana-2")?;
    /// assert_eq!(request.model().as_str(), "nano-banana-2");
    /// # Ok::<(), studio_credits::RequestError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::Id`] when one of the two cannot be a name.
    pub fn new(studio: &str, model: &str) -> Result<Self, RequestError> {
        let (studio, model) = (Studio::new(studio)?, Model::new(model)?);
        let digest = digest::names(studio.as_str(), "", model.as_str());
        let (settings, facts) = (Named::default(), Named::default());
        Ok(Self { studio, tool: None, model, count: 1, settings, facts, digest })
    }

    /// Asks for a tool of the studio, such as `restyle`.
    ///
    /// ```
    /// use studio_credits::GenerationRequest;
    ///
    /// let request = GenerationRequest::new("image", "flux")?.with_tool("restyle")?;
    /// assert!(request.tool().is_some_and(|tool| tool.as_str() == "restyle"));
    /// # Ok::<(), studio_credits::RequestError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::Id`] when this cannot be a name.
    pub fn with_tool(self, tool: &str) -> Result<Self, RequestError> {
        let tool = Tool::new(tool)?;
        let digest = digest::names(self.studio.as_str(), tool.as_str(), self.model.as_str());
        Ok(Self { tool: Some(tool), digest, ..self })
    }

    /// Asks for so many outputs, 1 to [`GenerationRequest::COUNT_MAX`].
    ///
    /// ```
    /// use studio_credits::GenerationRequest;
    ///
    /// let request = GenerationRequest::new("image", "flux")?.with_count(4)?;
    /// assert_eq!(request.count(), 4);
    /// # Ok::<(), studio_credits::RequestError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::Count`] when it is none or more than that.
    pub fn with_count(self, count: u64) -> Result<Self, RequestError> {
        let count = Self::checked_count(count)?;
        Ok(Self { count, ..self })
    }

    /// Whether both ask for the same work: whatever only the caller knows may differ.
    pub(crate) fn asks_same(&self, other: &Self) -> bool {
        let Self { studio, tool, model, count, settings, facts: _, digest: _ } = self;
        (studio, tool, model, *count, settings)
            == (&other.studio, &other.tool, &other.model, other.count, &other.settings)
    }

    /// About how many bytes its settings and facts take where they are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.settings.bytes().saturating_add(self.facts.bytes())
    }

    #[inline]
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    pub(crate) fn checked_count(count: u64) -> Result<u64, RequestError> {
        let fits = (1..=Self::COUNT_MAX).contains(&count);
        fits.then_some(count).ok_or(RequestError::Count { count })
    }

    /// Sets a setting, in place of an earlier one of that name.
    ///
    /// ```
    /// use studio_credits::GenerationRequest;
    ///
    /// let request = GenerationRequest::new("video", "flux")?.with_setting("duration", 5)?;
    /// assert_eq!(request.setting("duration"), Some(&5.into()));
    /// # Ok::<(), studio_credits::RequestError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::Value`] when the name cannot be one or the value exceeds a bound of [`Value`], and
    /// [`RequestError::TooMany`] when it is the 65th setting.
    pub fn with_setting(mut self, name: &str, value: impl Into<Value>) -> Result<Self, RequestError> {
        set(&mut self.settings, "setting", name, value.into())?;
        Ok(self)
    }

    /// States a fact, in place of an earlier one of that name.
    ///
    /// ```
    /// use studio_credits::GenerationRequest;
    ///
    /// let request = GenerationRequest::new("image", "flux")?.with_fact("plan", "pro")?;
    /// assert_eq!(request.fact("plan"), Some(&"pro".into()));
    /// # Ok::<(), studio_credits::RequestError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::Value`] when the name cannot be one or the value exceeds a bound of [`Value`], and
    /// [`RequestError::TooMany`] when it is the 65th fact.
    pub fn with_fact(mut self, name: &str, value: impl Into<Value>) -> Result<Self, RequestError> {
        set(&mut self.facts, "fact", name, value.into())?;
        Ok(self)
    }

    /// The part of the product.
    pub fn studio(&self) -> &Studio {
        &self.studio
    }

    /// What is done there with the model, if that is more than to generate.
    pub fn tool(&self) -> Option<&Tool> {
        self.tool.as_ref()
    }

    /// What generates.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many outputs are asked for.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What a setting is set to.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }

    /// All settings, sorted by name.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.settings.iter()
    }

    pub(crate) fn settings_slice(&self) -> &[(Box<str>, Value)] {
        self.settings.as_slice()
    }

    /// What is known as a fact under this name.
    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.facts.get(name)
    }

    /// All facts, sorted by name.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.facts.iter()
    }

    pub(crate) fn facts_slice(&self) -> &[(Box<str>, Value)] {
        self.facts.as_slice()
    }
}

/// Why something cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The count is none, or too many.
    #[error("count is {count}: a request asks for 1 to {max} outputs", max = GenerationRequest::COUNT_MAX)]
    Count {
        /// The count that was given.
        count: u64,
    },
    /// The studio, the tool or the model cannot be named so.
    #[error(transparent)]
    Id(#[from] IdError),
    /// There are more than 64 settings, or more than 64 facts.
    #[error("{count} {kind}s are too many: a request has at most {NAMED_MAX}")]
    TooMany {
        /// `"setting"` or `"fact"`.
        kind: &'static str,
        /// How many were given.
        count: usize,
    },
    /// A setting or a fact has a name or a value that cannot be.
    #[error("{kind} `{name}`: {fault}")]
    Value {
        /// `"setting"` or `"fact"`.
        kind: &'static str,
        /// At most 60 characters of its name.
        name: Box<str>,
        /// What is wrong with it.
        fault: ValueError,
    },
}

fn set(values: &mut Named, kind: &'static str, name: &str, value: Value) -> Result<(), RequestError> {
    values.set(name, value).map_err(|fault| RequestError::Value { kind, name: excerpt(name), fault })?;
    check_number(values, kind)
}

fn check_number(values: &Named, kind: &'static str) -> Result<(), RequestError> {
    let count = values.as_slice().len();
    if count > NAMED_MAX { Err(RequestError::TooMany { kind, count }) } else { Ok(()) }
}

/// A request as it is read, before the checks that need more than one field's type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a generation request")]
struct Parts {
    studio: Studio,
    tool: Option<Tool>,
    model: Model,
    #[serde(default = "one")]
    count: u64,
    #[serde(default)]
    settings: Named,
    #[serde(default)]
    facts: Named,
}

fn one() -> u64 {
    1
}

impl TryFrom<Parts> for GenerationRequest {
    type Error = RequestError;

    fn try_from(parts: Parts) -> Result<Self, RequestError> {
        let Parts { studio, tool, model, count, settings, facts } = parts;
        check_number(&settings, "setting")?;
        check_number(&facts, "fact")?;
        let tool_name = tool.as_ref().map_or("", Tool::as_str);
        let digest = digest::names(studio.as_str(), tool_name, model.as_str());
        Self { studio, tool, model, count: 1, settings, facts, digest }.with_count(count)
    }
}
