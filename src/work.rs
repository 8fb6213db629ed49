//! The work that credits are spent on, and which work a grant may pay for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{Member, Model, Studio, Tool};
use crate::request::GenerationRequest;

/// What credits are spent on: a studio, a model, the tool if there is one, and who asked for it.
///
/// ```
/// use studio_credits::{GenerationRequest, Work};
///
/// let request = GenerationRequest::new("image", "nano-banana-2")?;
/// let work = Work::of(&request);
/// assert_eq!(work.model.as_str(), "nano-banana-2");
/// # Ok::<(), studio_credits::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The part of the product.
    pub studio: Studio,
    /// What is done there with the model, if that is more than to generate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<Tool>,
    /// What generates.
    pub model: Model,
    /// Who asked for it, where several share an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
}

impl Work {
    /// Work with a model of a studio.
    pub fn new(studio: Studio, model: Model) -> Self {
        Self { studio, tool: None, model, member: None }
    }

    /// The work that a request asks for.
    pub fn of(request: &GenerationRequest) -> Self {
        let (studio, model) = (request.studio().clone(), request.model().clone());
        Self { studio, tool: request.tool().cloned(), model, member: None }
    }

    /// Work with a tool of the studio.
    #[must_use = "the work is returned, not changed in place"]
    pub fn with_tool(self, tool: Tool) -> Self {
        Self { tool: Some(tool), ..self }
    }

    /// Work that a member of a shared account asked for.
    #[must_use = "the work is returned, not changed in place"]
    pub fn by(self, member: Member) -> Self {
        Self { member: Some(member), ..self }
    }
}

/// Which work a grant may pay for: any, unless something is named.
///
/// Each list that names something must name what the work is for; the models that are excepted are never paid for.
///
/// ```
/// use studio_credits::{Model, Restriction, Studio, Work};
///
/// let images = Restriction::default().to_studio(Studio::new("image")?).except_model(Model::new("flux-pro")?);
/// assert!(images.allows(&Work::new(Studio::new("image")?, Model::new("flux")?)));
/// assert!(!images.allows(&Work::new(Studio::new("image")?, Model::new("flux-pro")?)));
/// assert!(!images.allows(&Work::new(Studio::new("video")?, Model::new("flux")?)));
/// # Ok::<(), studio_credits::IdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[doc(alias = "scope")]
pub struct Restriction {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    studios: Vec<Studio>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    models: Vec<Model>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except_models: Vec<Model>,
}

impl Restriction {
    /// Allows this studio, beside others that are named.
    #[must_use = "the restriction is returned, not changed in place"]
    pub fn to_studio(mut self, studio: Studio) -> Self {
        self.studios.push(studio);
        self
    }

    /// Allows this tool, beside others that are named; then work without a tool is not allowed.
    #[must_use = "the restriction is returned, not changed in place"]
    pub fn to_tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// Allows this model, beside others that are named.
    #[must_use = "the restriction is returned, not changed in place"]
    pub fn to_model(mut self, model: Model) -> Self {
        self.models.push(model);
        self
    }

    /// Does not allow this model.
    #[must_use = "the restriction is returned, not changed in place"]
    pub fn except_model(mut self, model: Model) -> Self {
        self.except_models.push(model);
        self
    }

    /// Whether any work is allowed.
    pub fn is_none(&self) -> bool {
        let Self { studios, tools, models, except_models } = self;
        studios.is_empty() && tools.is_empty() && models.is_empty() && except_models.is_empty()
    }

    /// Whether this work is allowed.
    pub fn allows(&self, work: &Work) -> bool {
        let tool = work.tool.as_ref();
        (self.studios.is_empty() || self.studios.contains(&work.studio))
            && (self.tools.is_empty() || tool.is_some_and(|tool| self.tools.contains(tool)))
            && (self.models.is_empty() || self.models.contains(&work.model))
            && !self.except_models.contains(&work.model)
    }

    /// The studios that it is for; any studio when none is named.
    pub fn studios(&self) -> &[Studio] {
        &self.studios
    }

    /// The tools that it is for; any tool, and none, when none is named.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The models that it is for; any model when none is named.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The models that it is never for.
    pub fn except_models(&self) -> &[Model] {
        &self.except_models
    }

    /// How many names it has, which is bounded where a grant is made.
    pub(crate) fn names(&self) -> usize {
        let Self { studios, tools, models, except_models } = self;
        [studios.len(), tools.len(), models.len(), except_models.len()].into_iter().fold(0, usize::saturating_add)
    }
}

/// As a person would list it: `studio image, not model flux-pro`. A name that could be taken for several is quoted.
impl fmt::Display for Restriction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { studios, tools, models, except_models } = self;
        let named = studios.iter().map(|studio| ("studio", studio.as_str()));
        let named = named.chain(tools.iter().map(|tool| ("tool", tool.as_str())));
        let named = named.chain(models.iter().map(|model| ("model", model.as_str())));
        let named = named.chain(except_models.iter().map(|model| ("not model", model.as_str())));
        for (at, (kind, name)) in named.enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            if name.contains([',', '"']) {
                write!(f, "{comma}{kind} {name:?}")?;
            } else {
                write!(f, "{comma}{kind} {name}")?;
            }
        }
        Ok(())
    }
}
