//! Which entitlement said no.

use serde::Serialize;

use super::AllowedValues;
use crate::diagnostic::{excerpt, listed};
use crate::ids::{Model, Studio, Tool};
use crate::value::Value;

/// Which entitlement says no to some work, and what the plan opens.
///
/// Complete on purpose: whoever refuses work must have an answer for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NotEntitled {
    /// The model is locked: the plan opens others.
    #[error("the plan does not open the model `{model}`")]
    LockedModel {
        /// What was asked for.
        model: Model,
    },
    /// The model is not among those that are opened.
    #[error("the plan does not open the model `{model}`: it opens {}", names(.opened))]
    Model {
        /// What was asked for.
        model: Model,
        /// What is opened.
        opened: Box<[Model]>,
    },
    /// A setting has a value that is not opened.
    #[error("the plan does not open `{}` as `{}`: it opens {opened}", excerpt(&.value.to_string()), excerpt(.setting))]
    Setting {
        /// The name of the setting.
        setting: Box<str>,
        /// What was asked for, or the default that holds where nothing was.
        value: Value,
        /// What is opened.
        opened: AllowedValues,
    },
    /// The studio is not among those that are opened.
    #[error("the plan does not open the studio `{studio}`: it opens {}", names(.opened))]
    Studio {
        /// What was asked for.
        studio: Studio,
        /// What is opened.
        opened: Box<[Studio]>,
    },
    /// The tool is not among those that are opened, or there is none.
    #[error("the plan does not open {}: it opens {}", tool_name(.tool.as_ref()), names(.opened))]
    Tool {
        /// What was asked for.
        tool: Option<Tool>,
        /// What is opened.
        opened: Box<[Tool]>,
    },
}

fn names<N: AsRef<str>>(opened: &[N]) -> String {
    listed(opened.iter().map(AsRef::as_ref))
}

fn tool_name(tool: Option<&Tool>) -> String {
    tool.map_or_else(|| "work without a tool".to_owned(), |tool| format!("the tool `{tool}`"))
}
