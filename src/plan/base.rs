//! The plan of a book that holds for every account without a subscription.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use super::book::PlanBook;
use super::places::Places;
use super::{OnSale, Plan, PlanName};
use crate::diagnostic::{nearest, quoted};
use crate::text::{BookError, Faults, Span};

impl PlanBook {
    /// Names the plan that holds for every account without a subscription.
    ///
    /// An account has it before its first subscription and after its last one, in the edition that is in force then.
    ///
    /// ```
    /// use studio_credits::{Unit, plan::{EditionName, Plan, PlanBook, PlanName}};
    ///
    /// let free = Plan::new(PlanName::new("free")?, EditionName::new("2026-11")?, Unit::new("credits")?);
    /// let book = PlanBook::new([free])?;
    /// let error = book.clone().with_base(PlanName::new("fre")?).unwrap_err();
    /// assert_eq!(error.faults[0].message, "the base `fre` is no plan of the book");
    /// assert_eq!(error.faults[0].hint.as_deref(), Some("did you mean `free`?"));
    ///
    /// let book = book.with_base(PlanName::new("free")?)?;
    /// assert_eq!(book.base().map(PlanName::as_str), Some("free"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All faults at once: it is no plan of the book, or another plan counts in another unit than it does.
    pub fn with_base(self, base: PlanName) -> Result<Self, BookError> {
        let book = Self { base: Some(base), base_place: Span::default(), ..self };
        let mut found = Faults::of(&book.sources);
        faults(&book, &[], &mut found);
        found.unless_any(book)
    }

    /// The plan that holds for every account without a subscription; without one, such an account has no plan.
    pub fn base(&self) -> Option<&PlanName> {
        self.base.as_ref()
    }

    /// The edition of the base that is in force at an instant.
    ///
    /// ```
    /// use studio_credits::books;
    ///
    /// let plans = books::imagineart_plans();
    /// let free = plans.base_at("2026-11-25T12:00:00Z".parse()?);
    /// assert_eq!(free.and_then(|free| free.title()), Some("Free"));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn base_at(&self, at: DateTime<Utc>) -> Option<&Arc<Plan>> {
        let editions = self.editions(self.base()?);
        editions.map(|(plan, _)| plan).find(|plan| plan.is_in_force(at))
    }

    fn editions(&self, name: &PlanName) -> impl Iterator<Item = (&Arc<Plan>, &Places)> {
        self.plans.iter().zip(&self.places).filter(move |(plan, _)| plan.name() == name)
    }
}

/// What is wrong with the base. Plans that could not be read are known by name alone.
pub(super) fn faults(book: &PlanBook, unread: &[PlanName], faults: &mut Faults) {
    let Some(base) = book.base() else { return };
    let Some((first, _)) = book.editions(base).next() else {
        if !unread.contains(base) {
            let known = book.plans.iter().map(|plan| plan.name()).chain(unread);
            let near = nearest(base.as_str(), known.map(PlanName::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            faults.add(book.base_place, format!("the base {} is no plan of the book", quoted(base.as_str())), hint);
        }
        return;
    };
    for (plan, places) in book.plans.iter().zip(&book.places).filter(|(plan, _)| plan.unit() != first.unit()) {
        let [name, edition, own, unit] =
            [plan.name().as_str(), plan.edition().as_str(), plan.unit().as_str(), first.unit().as_str()].map(quoted);
        let message = if plan.name() == base {
            let other = quoted(first.edition().as_str());
            format!("edition {edition} of the base {name} counts in {own}, and edition {other} in {unit}")
        } else {
            format!("plan {name} counts in {own}, and the base {} in {unit}", quoted(base.as_str()))
        };
        let hint = "an account goes from one to the other, and its credits stay what they are";
        faults.add(places.at("unit"), message, Some(hint));
    }
}

/// What the base can be used in spite of.
pub(super) fn doubts(book: &PlanBook, faults: &mut Faults) {
    let Some(base) = book.base() else { return };
    gaps(book, base, faults);
    for (plan, places) in book.editions(base) {
        for allowance in plan.allowances().iter().filter(|allowance| !allowance.every().is_daily()) {
            let name = allowance.name().as_str();
            let [allowance, base] = [name, base.as_str()].map(quoted);
            let message =
                format!("allowance {allowance} never comes: the base {base} is not purchased, and has no months");
            let hint = "let it come every day, or name it in a plan that is subscribed to";
            faults.doubt(places.at(&format!("allowance {name}")), message, Some(hint));
        }
        for top_up in plan.top_ups().iter().filter(|top_up| top_up.on_sale() == OnSale::WhileSubscribed) {
            let name = top_up.name().as_str();
            let mut others = book.plans.iter().filter(|other| other.name() != base);
            if !others.any(|other| other.top_up(name).is_some()) {
                let [top_up, base] = [name, base.as_str()].map(quoted);
                let message = format!("top-up {top_up} can never be bought: the base {base} is no subscription");
                let hint = "name it in a plan that is subscribed to, or write on_sale = \"always\"";
                faults.doubt(places.at(&format!("top-up {name}")), message, Some(hint));
            }
        }
    }
}

/// Where the book has begun and is not over, and no edition of the base is in force.
fn gaps(book: &PlanBook, base: &PlanName, faults: &mut Faults) {
    let begins = |plan: &Plan| plan.from().unwrap_or(DateTime::<Utc>::MIN_UTC);
    let ends = |plan: &Plan| plan.until().unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut editions: Vec<_> = book.editions(base).collect();
    editions.sort_by_key(|(plan, _)| begins(plan));
    let (Some((_, last)), Some(end)) = (editions.last(), book.plans.iter().map(|plan| ends(plan)).max()) else {
        return;
    };
    let mut covered = book.plans.iter().map(|plan| begins(plan)).min().unwrap_or(end);
    let upcoming = editions.iter().map(|(plan, places)| (begins(plan), ends(plan), places.at("from")));
    for (from, until, place) in upcoming.chain([(end, end, last.at("until"))]) {
        if covered < from {
            let since = Some(covered).filter(|at| *at > DateTime::<Utc>::MIN_UTC);
            let to = Some(from).filter(|at| *at < DateTime::<Utc>::MAX_UTC);
            let when = [("from", since), ("until", to)].into_iter().filter_map(|(word, at)| {
                at.map(|at| format!(" {word} {}", at.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
            });
            let (base, when) = (quoted(base.as_str()), when.collect::<String>());
            let hint = "an account without a subscription has no plan then";
            faults.doubt(place, format!("no edition of the base {base} is in force{when}"), Some(hint));
        }
        covered = covered.max(until);
    }
}
