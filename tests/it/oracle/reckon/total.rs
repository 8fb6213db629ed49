//! The order in which a price comes about.

use super::{Answer, Fraction, Price, Refusal, Scene};
use crate::oracle::{
    number::{rounded, whole},
    rung::Rung,
    tree::{Addition, Factor, Formula, Round, Way},
};

impl<'s> Scene<'s> {
    /// The price by the rule at hand, rounded.
    pub(crate) fn total(&self) -> Answer<Fraction> {
        if self.active.iter().any(|change| change.withdrawn) {
            return Err(Refusal::NotOffered);
        }
        let round = self.round();
        let total = self.kept(self.unrounded()?);
        self.kept(&total / &round.step);
        Ok(self.kept(rounded(&total, &round)))
    }

    pub(crate) fn round(&self) -> Round {
        let (mut round, mut unit) = (self.shop.round(self.offer), self.offer.unit());
        for change in self.active {
            if let Some(new) = change.unit.as_deref().filter(|new| *new != unit) {
                (round, unit) = (self.shop.round_in(new), new);
            }
            round = change.round.as_ref().or(round);
        }
        round.cloned().unwrap_or_else(billionth)
    }

    fn unrounded(&self) -> Answer<Fraction> {
        let rungs: Vec<Rung<'s>> = self.offer.rungs().collect();
        // As far as one output is bounded or rounded by itself, everything is about one output.
        let of_one = rungs.iter().rposition(|rung| rung.has_each()).map_or(0, |last| last + 1);
        let one = Scene { count: 1, ..*self };
        let mut total = Fraction::default();
        for (at, rung) in rungs.into_iter().enumerate() {
            let scene = if at < of_one { &one } else { self };
            total = scene.composed(rung, total)?;
            if at < of_one {
                total = scene.each_bounded(rung, total)?;
            }
            let last_of_one = at + 1 == of_one;
            if last_of_one {
                total = self.kept(total * whole(self.count));
            }
            let scene = if last_of_one { self } else { scene };
            let (least, most) = (rung.bound(|rule| rule.minimum.as_ref()), rung.bound(|rule| rule.maximum.as_ref()));
            total = scene.bounded(least, most, total)?;
        }
        self.changed(total)
    }

    /// What the books above make of a price.
    fn changed(&self, before: Fraction) -> Answer<Fraction> {
        let (mut total, mut unit) = (before, self.offer.unit());
        for &change in self.active {
            if let Some(new) = &change.unit {
                let [from, to] = [unit, new].map(|unit| self.shop.worth(unit));
                (total, unit) = (self.kept(total * self.kept(from / to)), new);
            }
            let scene = Scene { unit, ..*self };
            total = scene.multiplied(&change.times, total)?;
            total = scene.added(&change.plus, total)?;
            total = scene.bounded(change.minimum.as_ref(), change.maximum.as_ref(), total)?;
        }
        Ok(total)
    }

    /// Parts, factors, additions.
    fn composed(&self, rung: Rung<'s>, before: Fraction) -> Answer<Fraction> {
        let mut total = before;
        for (unit, price) in rung.per() {
            total = self.kept(total + self.part(unit, price)?);
        }
        for rule in rung.priced_by() {
            total = self.multiplied(&rule.times, total)?;
        }
        for rule in rung.priced_by() {
            total = self.added(&rule.plus, total)?;
        }
        Ok(total)
    }

    fn multiplied(&self, factors: &'s [Factor], before: Fraction) -> Answer<Fraction> {
        let mut total = before;
        for factor in factors {
            if self.holds(factor.when.as_ref())? {
                let by = self.number_of(&factor.by)?;
                if by < Fraction::default() {
                    return Err(Refusal::Negative);
                }
                total = self.kept(total * by);
            }
        }
        Ok(total)
    }

    fn added(&self, additions: &'s [Addition], before: Fraction) -> Answer<Fraction> {
        let mut total = before;
        for addition in additions {
            for (unit, price) in &addition.per {
                if self.holds(addition.when.as_ref())? {
                    total = self.kept(total + self.part(unit, price)?);
                }
            }
        }
        Ok(total)
    }

    fn holds(&self, when: Option<&'s Formula>) -> Answer<bool> {
        when.map_or(Ok(true), |when| self.truth(when))
    }

    fn part(&self, unit: &str, price: &'s Price) -> Answer<Fraction> {
        let quantity = self.quantity(unit)?;
        self.charged(price, &quantity)
    }

    /// How much of a unit there is in the request.
    fn quantity(&self, unit: &str) -> Answer<Fraction> {
        let each = match unit {
            "call" => return Ok(whole(1)),
            "output" => whole(1),
            _ if self.shop.named_value(self.offer, unit).is_some() => {
                let quantity = self.fraction(unit)?;
                if self.shop.counts(self.offer, unit) {
                    return Ok(quantity);
                }
                quantity
            }
            _ => self.fraction(&self.shop.counted_in(self.offer, unit))?,
        };
        Ok(self.kept(each * whole(self.count)))
    }

    fn fraction(&self, name: &str) -> Answer<Fraction> {
        match self.name(name)? {
            super::Datum::Number(number) => Ok(number),
            other => panic!("{name} is {other:?}, and no number"),
        }
    }

    fn each_bounded(&self, rung: Rung<'s>, before: Fraction) -> Answer<Fraction> {
        let least = rung.bound(|rule| rule.each.minimum.as_ref());
        let most = rung.bound(|rule| rule.each.maximum.as_ref());
        let total = self.bounded(least, most, before)?;
        Ok(match rung.bound(|rule| rule.each.round.as_ref()) {
            Some(round) => {
                self.kept(&total / &round.step);
                self.kept(rounded(&total, round))
            }
            None => total,
        })
    }

    fn bounded(&self, least: Option<&'s Price>, most: Option<&'s Price>, before: Fraction) -> Answer<Fraction> {
        let mut total = before;
        if let Some(least) = least {
            total = total.max(self.number_of(least)?);
        }
        if let Some(most) = most {
            total = total.min(self.number_of(most)?);
        }
        if total < Fraction::default() { Err(Refusal::Negative) } else { Ok(total) }
    }
}

/// How an amount is rounded where nothing is said.
fn billionth() -> Round {
    Round { way: Way::Up, step: Fraction::new(1.into(), 1_000_000_000.into()) }
}
