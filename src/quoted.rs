//! What an amount was quoted by, for a journal to keep.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::basis::Basis;
use crate::credits::Credits;
use crate::value::{Named, Value};

/// What an amount was quoted by: the request, the defaults of what it left out and the rule, the lines that it is made
/// of, and until when it holds.
///
/// Only a quote makes one; it can be stored and read back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quoted {
    pub(crate) basis: Arc<Basis>,
    pub(crate) lines: Vec<LineItem>,
    pub(crate) valid_until: DateTime<Utc>,
    /// What was taken for the settings that the request left out.
    #[serde(default, skip_serializing_if = "Named::is_empty")]
    pub(crate) defaults: Named,
}

impl Quoted {
    /// What was asked for, and the book, edition and rule that it was priced by.
    pub fn basis(&self) -> &Arc<Basis> {
        &self.basis
    }

    /// What the total is made of.
    pub fn lines(&self) -> &[LineItem] {
        &self.lines
    }

    /// Until when the price holds; the instant itself is too late.
    pub fn valid_until(&self) -> DateTime<Utc> {
        self.valid_until
    }

    /// What was taken for the settings that the request left out, sorted by name.
    pub fn defaults(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.defaults.iter()
    }

    /// The settings that the work is done with: those given, then the defaults of those left out.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.basis.request.settings().chain(self.defaults())
    }

    /// About how many bytes the settings, the defaults and the facts take where they are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.basis.request.bytes().saturating_add(self.defaults.bytes())
    }

    /// Whether both quote the same work: the request without its facts, which the caller may know better by now, and
    /// without the defaults, which another edition may have changed since.
    pub(crate) fn means(&self, other: &Self) -> bool {
        self.basis.request.asks_same(&other.basis.request)
    }
}

/// One line of what an amount is made of, as it is stored: a quantity at a rate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LineItem {
    /// What it is for.
    pub what: Box<str>,
    /// How many units, as a decimal number.
    pub quantity: Box<str>,
    /// What the quantity counts.
    pub unit: Box<str>,
    /// What one unit costs, as a decimal number.
    pub rate: Box<str>,
    /// What the line adds to the total; a discount is negative.
    pub amount: Credits,
}
