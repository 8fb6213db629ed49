//! The price of several generations together.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    book::Exactness,
    engine::CostEngine,
    line::{Line, Quantity},
    quote::Quote,
    refusal::PriceError,
};
use crate::{credits::Credits, diagnostic::quoted, number::Number, request::GenerationRequest};

/// The price of a workflow: the sum of its steps, each of them a line and a quote of its own.
///
/// Made by [`CostEngine::quote_workflow`].
#[must_use = "a quote charges nothing until it is held"]
#[derive(Clone, Debug, Serialize)]
pub struct WorkflowQuote<'a> {
    total: Credits,
    unit: &'a str,
    maximum: Option<Credits>,
    exactness: Exactness,
    lines: Vec<Line<'a>>,
    steps: Vec<Quote<'a>>,
}

/// Why a workflow has no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// It has no steps.
    #[error("the workflow has no steps")]
    Empty,
    /// A step has no price.
    #[error("step {step}: {error}")]
    Step {
        /// The step, from 1.
        step: usize,
        /// Why it has none.
        error: PriceError,
    },
    /// A step is counted in another unit than the first.
    #[error("step {step} is counted in {}, the steps before it in {}", quoted(.unit), quoted(.before))]
    Unit {
        /// The step, from 1.
        step: usize,
        /// Its unit.
        unit: String,
        /// The unit of the first step.
        before: String,
    },
    /// The sum is too large to be held.
    #[error("the sum is over {} credits", Credits::MAX)]
    TooLarge,
}

impl CostEngine {
    /// What the steps of a workflow cost together, itemised by step.
    ///
    /// # Errors
    ///
    /// [`WorkflowError`]: the step that has no price and why, or steps that are counted in different units.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let now = "2026-11-22T12:00:00Z".parse()?;
    /// let steps = [
    ///     GenerationRequest::new("image", "nano-banana-2")?,
    ///     GenerationRequest::new("video", "kling-3.0-pro")?,
    /// ];
    ///
    /// let quote = engine.quote_workflow(&steps, now)?;
    /// assert_eq!(quote.total().to_string(), "349");
    /// assert_eq!(quote.lines()[1].amount.to_string(), "300");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_workflow<'a>(
        &'a self,
        steps: &'a [GenerationRequest],
        at: DateTime<Utc>,
    ) -> Result<WorkflowQuote<'a>, WorkflowError> {
        let quoted = (1..).zip(steps).map(|(step, request)| {
            let quote = self.quote(request, at);
            quote.map_err(|error| WorkflowError::Step { step, error })
        });
        let steps: Vec<Quote<'a>> = quoted.collect::<Result<_, _>>()?;
        let unit = steps.first().ok_or(WorkflowError::Empty)?.unit();
        if let Some((step, other)) = (1..).zip(&steps).find(|(_, other)| other.unit() != unit) {
            return Err(WorkflowError::Unit { step, unit: other.unit().to_owned(), before: unit.to_owned() });
        }
        let total = Credits::checked_sum(steps.iter().map(Quote::total)).ok_or(WorkflowError::TooLarge)?;
        let maxima: Option<Vec<_>> = steps.iter().map(Quote::maximum).collect();
        let maximum = match maxima {
            None => None,
            Some(maxima) => Some(Credits::checked_sum(maxima).ok_or(WorkflowError::TooLarge)?),
        };
        let lines = steps.iter().map(|step| Line {
            what: step.rule(),
            quantity: Quantity(Number::ONE),
            unit: "step",
            rate: Quantity(Number::nano(step.total().nanos())),
            amount: step.total(),
        });
        let lines = lines.collect();
        let exactness = steps.iter().map(Quote::exactness).max().unwrap_or_default();
        Ok(WorkflowQuote { total, unit, maximum, exactness, lines, steps })
    }
}

impl<'a> WorkflowQuote<'a> {
    /// What all steps cost together.
    pub fn total(&self) -> Credits {
        self.total
    }

    /// What the amounts are counted in.
    pub fn unit(&self) -> &'a str {
        self.unit
    }

    /// The most that all steps can cost together; `None` where that of a step is not known.
    pub fn maximum(&self) -> Option<Credits> {
        self.maximum
    }

    /// How exact the total is: as the least exact step.
    pub fn exactness(&self) -> Exactness {
        self.exactness
    }

    /// A line for each step; their amounts sum to the total.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The quote of each step.
    pub fn steps(&self) -> &[Quote<'a>] {
        &self.steps
    }
}
