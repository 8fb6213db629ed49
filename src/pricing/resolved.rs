//! A request of which all is known but the count.

use super::{
    edition::Slice,
    evaluate::{Linear, Scene},
    program::{Fill, Rule},
    refusal::PriceError,
    seat::Seat,
};
use crate::{credits::Credits, request::GenerationRequest};

/// A request whose names have been looked up and whose settings are worked in, so that pricing it is arithmetic alone.
///
/// Made by [`CostEngine::resolve`](super::CostEngine::resolve), for one instant.
///
/// ```
/// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let request = GenerationRequest::new("image", "imagineart-2.0")?;
/// let resolved = engine.resolve(&request, "2026-11-22T12:00:00Z".parse()?)?;
/// for (count, price) in [(1, "25"), (2, "50"), (4, "100")] {
///     assert_eq!(resolved.clone().with_count(count)?.price()?.to_string(), price);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResolvedRequest<'a> {
    count: u64,
    /// What is left where the price grows evenly with the count.
    linear: Option<Linear>,
    rule: &'a Rule,
    slice: &'a Slice,
    request: &'a GenerationRequest,
    fills: Box<[Fill]>,
}

impl<'a> Seat<'a, '_> {
    pub(crate) fn resolved(&self) -> ResolvedRequest<'a> {
        let Self { slice, rule, request, scene, .. } = *self;
        let (linear, fills) = (rule.linear(&scene).ok(), scene.fills.into());
        ResolvedRequest { count: scene.count, linear, rule, slice, request, fills }
    }
}

impl<'a> ResolvedRequest<'a> {
    /// The same request for another count.
    ///
    /// # Errors
    ///
    /// [`PriceError::Request`] when the count is none that a request can have; or what the book does not price, where
    /// another rule or none is for this count.
    pub fn with_count(mut self, count: u64) -> Result<Self, PriceError> {
        self.count = GenerationRequest::checked_count(count).map_err(|error| PriceError::Request(Box::new(error)))?;
        if self.slice.chooses() {
            self.rule = self.slice.rule(self.request, count, &self.fills)?;
            self.linear = self.rule.linear(&self.scene()).ok();
        }
        Ok(self)
    }

    /// What the request costs: the number alone, without allocating.
    ///
    /// # Errors
    ///
    /// [`PriceError`]: what the rule does not price.
    #[inline]
    pub fn price(&self) -> Result<Credits, PriceError> {
        let linear = self.linear.and_then(|linear| linear.at(self.count));
        match linear.map(|total| self.rule.rounded(total)) {
            Some(Ok(price)) => Ok(price),
            _ => self.priced_in_full(),
        }
    }

    fn priced_in_full(&self) -> Result<Credits, PriceError> {
        self.rule.price(&self.scene()).map_err(|fault| self.slice.refusal(self.rule, self.request, fault))
    }

    fn scene(&self) -> Scene<'a, '_> {
        self.slice.scene(self.rule, self.request, self.count, &self.fills)
    }
}
