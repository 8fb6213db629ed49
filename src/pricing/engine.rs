//! Turns requests into prices and quotes.

use chrono::{DateTime, Utc};

use super::{
    book::PriceBook, edition::Edition, quote::Quote, refusal::PriceError, resolve::not_in_force,
    resolved::ResolvedRequest,
};
use crate::{basis::Checksum, credits::Credits, diagnostic::Diagnostic, request::GenerationRequest, text::BookError};

/// One or more editions of a price book, compiled for quoting.
///
/// An engine never changes; when a new book arrives, make a new engine and swap it whole, for example as an
/// `Arc<CostEngine>`. Every price is asked for at an instant, since the engine has no clock.
///
/// ```
/// use studio_credits::{books, pricing::CostEngine};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let now = "2026-11-22T12:00:00Z".parse()?;
///
/// let credits = engine.price_of("video", "kling-3.0-pro", 2, now)?;
/// assert_eq!(credits.to_string(), "600");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CostEngine {
    /// Sorted by their first instant; no two hold the same instant.
    pub(crate) editions: Vec<Edition>,
}

impl CostEngine {
    /// Compiles a book.
    ///
    /// # Errors
    ///
    /// All faults of the book at once, each with its place and a hint.
    ///
    /// ```
    /// use studio_credits::pricing::{CostEngine, PriceBook, PricingRule};
    ///
    /// let book = PriceBook::new("acme", "2026-11", "credits")
    ///     .with_rule(PricingRule::new("image", "flux-dev").per("output", "-1"));
    /// let error = CostEngine::new(&book).unwrap_err();
    /// assert_eq!(error.faults[0].message, "a price of `-1` is below 0");
    /// ```
    pub fn new(book: &PriceBook) -> Result<Self, BookError> {
        Ok(Self { editions: vec![Edition::compile(book)?] })
    }

    /// Adds another edition: each request is priced by the edition in force at its instant.
    ///
    /// An edition without an end ends where the next one begins.
    ///
    /// ```
    /// use studio_credits::pricing::{CostEngine, PriceBook};
    ///
    /// let edition = |name, from, price| {
    ///     let rule = format!("rule = [{{ studio = 'image', model = 'flux-dev', per.output = {price} }}]");
    ///     PriceBook::parse(&format!("name = 'acme'\nedition = '{name}'\nunit = 'credits'\nfrom = {from}\n{rule}"))
    /// };
    /// let engine = CostEngine::new(&edition("spring", "2026-03-01", 5)?)?;
    /// let engine = engine.with_edition(&edition("autumn", "2026-09-01", 6)?)?;
    /// assert_eq!(engine.price_of("image", "flux-dev", 1, "2026-08-31T23:59:59Z".parse()?)?.to_string(), "5");
    /// assert_eq!(engine.price_of("image", "flux-dev", 1, "2026-09-01T00:00:00Z".parse()?)?.to_string(), "6");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The faults of the book; or that it is another book, that the edition is here already, or that two editions are
    /// in force at the same time.
    pub fn with_edition(mut self, book: &PriceBook) -> Result<Self, BookError> {
        let new = Edition::compile(book)?;
        if let Some(old) = self.editions.iter().find(|old| old.book != new.book) {
            let message = format!("the engine is for price book `{}`, this is `{}`", old.book, new.book);
            return Err(BookError { faults: vec![Diagnostic::error(message)] });
        }
        if self.editions.iter().any(|old| old.name == new.name) {
            let message = format!("edition `{}` is in the engine already", new.name);
            return Err(BookError { faults: vec![Diagnostic::error(message)] });
        }
        self.editions.push(new);
        self.editions.sort_by_key(|edition| edition.period.from);
        for at in 1..self.editions.len() {
            if let Some([before, after, ..]) = self.editions.get_mut(at.saturating_sub(1)..) {
                let (end, start) = (before.stated_until, after.period.from);
                if before.period.from == start || end.is_some_and(|end| Some(end) > start) {
                    let message =
                        format!("editions `{}` and `{}` are in force at the same time", before.name, after.name);
                    let hint = Some("give them dates (`from`, `until`) that do not overlap");
                    return Err(BookError { faults: vec![Diagnostic::error(message).hint(hint)] });
                }
                before.period.until = end.or(start);
            }
        }
        Ok(self)
    }

    /// What so many outputs of a model cost, with every setting at its default.
    ///
    /// # Errors
    ///
    /// [`PriceError`]: a name that the book does not have, a count that cannot be, or no price for this request.
    pub fn price_of(&self, studio: &str, model: &str, count: u64, at: DateTime<Utc>) -> Result<Credits, PriceError> {
        let request = GenerationRequest::new(studio, model).and_then(|request| request.with_count(count));
        self.price(&request.map_err(|error| PriceError::Request(Box::new(error)))?, at)
    }

    /// What a request costs: the number alone, without allocating.
    ///
    /// It is the total of [`CostEngine::quote`] for the same request and instant.
    ///
    /// # Errors
    ///
    /// [`PriceError`], which names what is allowed.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let now = "2026-11-22T12:00:00Z".parse()?;
    ///
    /// let request = GenerationRequest::new("image", "nano-banana-2")?.with_setting("resolution", "4k")?;
    /// assert_eq!(engine.price(&request, now)?.to_string(), "98");
    ///
    /// let typo = GenerationRequest::new("image", "fluxdev")?;
    /// let error = engine.price(&typo, now).unwrap_err();
    /// assert_eq!(error.to_string(), "studio `image` has no model `fluxdev`; did you mean `flux-dev`?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn price(&self, request: &GenerationRequest, at: DateTime<Utc>) -> Result<Credits, PriceError> {
        self.edition_at(at)?.price(request, at)
    }

    /// The prices of many requests at one instant, in their order.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let requests = [GenerationRequest::new("image", "flux-dev")?, GenerationRequest::new("image", "fluxdev")?];
    /// let prices: Vec<_> = engine.prices(&requests, "2026-11-22T12:00:00Z".parse()?).collect();
    /// assert_eq!(prices[0].as_ref().map(ToString::to_string), Ok("5".to_owned()));
    /// assert!(prices[1].is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PriceError`] in the place of a request that has no price; the others have theirs.
    pub fn prices<'r>(
        &self,
        requests: impl IntoIterator<Item = &'r GenerationRequest>,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = Result<Credits, PriceError>> {
        requests.into_iter().map(move |request| self.price(request, at))
    }

    /// What a request costs, itemised and explained.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let request = GenerationRequest::new("image", "nano-banana-2")?.with_setting("resolution", "2k")?;
    /// let request = request.with_count(4)?;
    /// let quote = engine.quote(&request, "2026-11-22T12:00:00Z".parse()?)?;
    /// let line = &quote.lines()[0];
    /// assert_eq!(format!("{} x {} = {}", line.quantity, line.rate, line.amount), "4 x 73.5 = 294");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PriceError`], which names what is allowed.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "a path to the method would fix one lifetime")]
    pub fn quote<'a>(&'a self, request: &'a GenerationRequest, at: DateTime<Utc>) -> Result<Quote<'a>, PriceError> {
        self.edition_at(at)?.seat(request, at, |seat| seat.quote())
    }

    /// Finds what a request asks for, once, so that it can be priced many times for next to nothing.
    ///
    /// # Errors
    ///
    /// [`PriceError`], which names what is allowed.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let now = "2026-11-22T12:00:00Z".parse()?;
    /// let request = GenerationRequest::new("image", "nano-banana-2")?.with_setting("resolution", "2k")?;
    ///
    /// let resolved = engine.resolve(&request, now)?;
    /// assert_eq!(resolved.price()?.to_string(), "73.5");
    /// assert_eq!(resolved.with_count(4)?.price()?.to_string(), "294");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve<'a>(
        &'a self,
        request: &'a GenerationRequest,
        at: DateTime<Utc>,
    ) -> Result<ResolvedRequest<'a>, PriceError> {
        self.edition_at(at)?.seat(request, at, |seat| Ok(seat.resolved()))
    }

    /// The checksum of an edition, if the engine has it.
    pub fn checksum(&self, edition: &str) -> Option<Checksum> {
        let edition = self.editions.iter().find(|known| &*known.name == edition);
        edition.map(|edition| Checksum(edition.checksum))
    }

    #[inline]
    pub(crate) fn edition_at(&self, at: DateTime<Utc>) -> Result<&Edition, PriceError> {
        let edition = self.editions.iter().find(|edition| edition.period.holds(at));
        edition.ok_or_else(|| self.no_edition(at))
    }

    #[cold]
    fn no_edition(&self, at: DateTime<Utc>) -> PriceError {
        let book = self.editions.first().map_or("", |edition| &edition.book);
        not_in_force(book, at, self.editions.iter().map(|edition| edition.period))
    }
}
