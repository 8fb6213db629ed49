//! Where a request is served: what it may say, which rule it comes to, what it costs, and what is due in the end.

use std::cell::Cell;

use studio_credits::Outcome;

use super::{
    answer::{Answer, Refusal},
    ask::{Ask, End},
    number::{rounded, whole},
    reckon::{Knowledge, Said, Scene},
    shop::{Offer, Shop},
    tree::{Datum, Fraction, Instant, Named, Round, Setting, Share, Way, find},
};

/// A request at the rules that it may come to.
pub(crate) struct Counter<'s> {
    shop: &'s Shop<'s>,
    ask: &'s Ask,
    offers: Vec<&'s Offer<'s>>,
    vast: &'s Cell<bool>,
}

/// What a request costs, and all that a quote says of it.
#[derive(Clone, Debug)]
pub(crate) struct Told<'s> {
    pub(crate) offer: &'s Offer<'s>,
    pub(crate) total: Fraction,
    pub(crate) maximum: Option<Fraction>,
    pub(crate) exactness: usize,
}

const AT_MOST: usize = 1;
const ESTIMATE: usize = 2;
const FROM: usize = 3;

impl<'s> Counter<'s> {
    /// Looks up the rules; refuses what the request may not say.
    pub(crate) fn of(shop: &'s Shop<'s>, ask: &'s Ask, vast: &'s Cell<bool>) -> Answer<Self> {
        let book = shop.book;
        if !in_force(book.from, book.until, ask.at) {
            return Err(Refusal::NotInForce);
        }
        let sold = shop.sold(&ask.studio, ask.tool.as_deref(), &ask.model)?;
        let counter = Self { shop, ask, offers: shop.in_force(&sold, ask.at)?, vast };
        counter.held(&ask.settings)?;
        for (name, datum) in sorted(&ask.facts) {
            let fact = find(&book.facts, name).ok_or(Refusal::Unknown)?;
            if !fact.accepts(datum) {
                return Err(Refusal::NotAllowed);
            }
        }
        Ok(counter)
    }

    /// What a model takes, and no other setting, to what it may be.
    fn held(&self, settings: &Named<Datum>) -> Answer<()> {
        let taken = self.shop.taken(&self.offers);
        for (name, datum) in sorted(settings) {
            if !taken.contains(name) {
                return Err(Refusal::Unknown);
            }
            let declared = self.shop.setting(&self.offers, name).expect("a setting that is taken");
            if !declared.accepts(datum) {
                return Err(Refusal::NotAllowed);
            }
        }
        Ok(())
    }

    fn said(&self, knowledge: Knowledge) -> Said {
        Said { settings: self.ask.settings.clone(), facts: self.ask.facts.clone(), knowledge }
    }

    fn scene<'x>(&'x self, offer: &'x Offer<'s>, said: &'x Said, count: u64) -> Scene<'x> {
        Scene {
            shop: self.shop,
            offers: &self.offers,
            offer,
            said,
            count,
            referred: None,
            at_defaults: false,
            local: None,
            vast: self.vast,
        }
    }

    /// The first rule whose conditions hold.
    fn rule(&self, said: &Said) -> Answer<&'s Offer<'s>> {
        for &offer in &self.offers {
            let scene = self.scene(offer, said, self.ask.count);
            let mut holds = true;
            for condition in offer.conditions() {
                holds = holds && scene.truth(condition)?;
            }
            if holds {
                return Ok(offer);
            }
        }
        Err(Refusal::NotOffered)
    }

    fn price(&self, offer: &Offer<'s>, said: &Said, count: u64) -> Answer<Fraction> {
        let total = self.scene(offer, said, count).total()?;
        // What credits can hold.
        let most = whole(1_000_000_000_000_000_000_u64);
        if total > most { Err(Refusal::TooLarge) } else { Ok(total) }
    }

    /// What a quote tells.
    pub(crate) fn quote(&self) -> Answer<Told<'s>> {
        let said = self.said(Knowledge::Quoted);
        let offer = self.rule(&said)?;
        let total = self.price(offer, &said, self.ask.count)?;
        let open: Vec<Setting> = (self.shop.read(offer).iter())
            .filter(|name| find(&self.ask.settings, name).is_none())
            .filter_map(|name| self.shop.setting(&self.offers, name))
            .filter(|setting| setting.measured)
            .collect();
        let mut exactness = self.shop.exactness(offer);
        for setting in &open {
            let known = if setting.default.is_none() && setting.most().is_some() { AT_MOST } else { ESTIMATE };
            exactness = exactness.max(known);
        }
        let maximum = if exactness == FROM || open.iter().any(|setting| setting.most().is_none()) {
            None
        } else if open.iter().all(|setting| setting.default.is_none()) {
            Some(total.clone())
        } else {
            let most = self.price(offer, &self.said(Knowledge::AtMost), self.ask.count);
            most.ok().map(|most| most.max(total.clone()))
        };
        Ok(Told { offer, total, maximum, exactness })
    }

    /// What is due once the work has ended, by the rule of the quote.
    pub(crate) fn due(&self, offer: &Offer<'s>) -> Answer<Fraction> {
        let End { outcome, outputs, measured } = &self.ask.end;
        let asked = self.ask.count;
        let came = outputs.unwrap_or(if *outcome == Outcome::Delivered { asked } else { 0 }).min(asked);
        let share = match outcome {
            Outcome::Unknown => return Err(Refusal::OutcomeUnknown),
            Outcome::Delivered if came == asked => Share::Delivered,
            Outcome::Delivered => self.shop.share(offer, "partial"),
            Outcome::Failed => self.shop.share(offer, "failed"),
            Outcome::Blocked => self.shop.share(offer, "blocked"),
            Outcome::Cancelled => self.shop.share(offer, "cancelled"),
            Outcome::Empty => self.shop.share(offer, "empty"),
        };
        let count = match share {
            Share::Nothing => 0,
            Share::Delivered => came,
            Share::All => asked,
        };
        if count == 0 {
            return Ok(Fraction::default());
        }
        let mut said = self.said(Knowledge::Ended);
        for (name, datum) in measured {
            match said.settings.iter_mut().find(|(known, _)| known == name) {
                None => said.settings.push((name.clone(), datum.clone())),
                // Where all is charged, what was asked for stands.
                Some(_) if share == Share::All => {}
                Some((_, known)) => *known = datum.clone(),
            }
        }
        self.held(&said.settings)?;
        let part = self.price(offer, &said, count);
        if count == asked {
            return part;
        }
        match (part, self.price(offer, &said, asked)) {
            // A part never costs more than the whole.
            (Ok(part), Ok(whole)) => Ok(part.min(whole)),
            // Where a table has no price for so few, they cost their share of the whole.
            (Err(Refusal::NotOffered), Ok(total)) => {
                let billionths = Round { way: Way::Up, step: Fraction::new(1.into(), 1_000_000_000.into()) };
                let round = self.shop.round(offer).unwrap_or(&billionths);
                Ok(rounded(&(total * whole(count) / whole(asked)), round))
            }
            (part, _) => part,
        }
    }
}

fn in_force(from: Option<Instant>, until: Option<Instant>, at: Instant) -> bool {
    from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
}

fn sorted(named: &Named<Datum>) -> Vec<&(String, Datum)> {
    let mut sorted: Vec<_> = named.iter().collect();
    sorted.sort_by_key(|(name, _)| name);
    sorted
}
