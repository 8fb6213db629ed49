//! Where a request is served: what it may say, which rule it comes to, what it costs, and what is due in the end.

use std::cell::Cell;

use studio_credits::Outcome;

use super::{
    answer::{Answer, Refusal},
    ask::{Ask, End},
    number::{rounded, whole},
    reckon::{Knowledge, Said, Scene},
    shop::{Offer, Shop},
    tree::{Change, Datum, Fraction, Instant, Named, Setting, Share, find},
};

/// A request at the rules that it may come to.
pub(crate) struct Counter<'s> {
    shop: &'s Shop<'s>,
    ask: &'s Ask,
    offers: Vec<&'s Offer<'s>>,
    /// What the books above change of them at this instant.
    changes: Vec<&'s Change>,
    vast: &'s Cell<bool>,
}

/// What a request costs, and all that a quote says of it.
#[derive(Clone, Debug)]
pub(crate) struct Told<'s> {
    pub(crate) offer: &'s Offer<'s>,
    /// The changes that hold for the request.
    pub(crate) active: Vec<&'s Change>,
    pub(crate) total: Fraction,
    pub(crate) maximum: Option<Fraction>,
    pub(crate) exactness: usize,
}

const AT_MOST: usize = 1;
const ESTIMATE: usize = 2;
const FROM: usize = 3;

impl<'s> Counter<'s> {
    /// Looks up the rules; refuses what the request may not say.
    pub(crate) fn of(editions: &'s [Shop<'s>], ask: &'s Ask, vast: &'s Cell<bool>) -> Answer<Self> {
        let shop = editions.iter().find(|shop| shop.is_open(ask.at)).ok_or(Refusal::NotInForce)?;
        let sold = shop.sold(&ask.studio, ask.tool.as_deref(), &ask.model)?;
        let offers = Shop::in_force(&sold, ask.at)?;
        let changes = changes_at(&offers, ask.at);
        let counter = Self { shop, ask, offers, changes, vast };
        counter.held(&ask.settings)?;
        for (name, datum) in sorted(&ask.facts) {
            let fact = shop.fact(name).ok_or(Refusal::Unknown)?;
            if !fact.accepts(datum) {
                return Err(Refusal::NotAllowed);
            }
        }
        Ok(counter)
    }

    /// The settings that rules take at an instant.
    pub(crate) fn declared_at(shop: &Shop<'_>, offers: &[&Offer<'_>], at: Instant) -> Named<Setting> {
        let changes = changes_at(offers, at);
        let taken = shop.taken(offers, &changes);
        taken.into_iter().map(|name| (name.clone(), declared(shop, offers, &changes, &name).unwrap())).collect()
    }

    /// What a model takes, and no other setting, to what it may be.
    fn held(&self, settings: &Named<Datum>) -> Answer<()> {
        let taken = self.shop.taken(&self.offers, &self.changes);
        for (name, datum) in sorted(settings) {
            if !taken.contains(name) {
                return Err(Refusal::Unknown);
            }
            let declared = self.declared(name).expect("a setting that is taken");
            if !declared.accepts(datum) {
                return Err(Refusal::NotAllowed);
            }
        }
        Ok(())
    }

    /// The declaration of a setting, as the rules and the books above narrow it.
    fn declared(&self, name: &str) -> Option<Setting> {
        declared(self.shop, &self.offers, &self.changes, name)
    }

    fn said(&self, knowledge: Knowledge) -> Said {
        Said { settings: self.ask.settings.clone(), facts: self.ask.facts.clone(), knowledge }
    }

    fn scene<'x>(&'x self, offer: &'x Offer<'s>, active: &'x [&'s Change], said: &'x Said, count: u64) -> Scene<'x> {
        Scene {
            shop: self.shop,
            offers: &self.offers,
            offer,
            said,
            count,
            unit: offer.unit(),
            changes: &self.changes,
            active,
            referred: None,
            at_defaults: false,
            local: None,
            vast: self.vast,
        }
    }

    /// The first rule whose conditions hold, and the changes whose conditions do.
    fn rule(&self, said: &Said) -> Answer<(&'s Offer<'s>, Vec<&'s Change>)> {
        for &offer in &self.offers {
            let scene = self.scene(offer, &[], said, self.ask.count);
            let mut holds = true;
            for condition in offer.conditions() {
                holds = holds && scene.truth(condition)?;
            }
            if holds {
                let mut active = Vec::new();
                for &change in &self.changes {
                    if change.when.as_ref().map_or(Ok(true), |when| scene.truth(when))? {
                        active.push(change);
                    }
                }
                return Ok((offer, active));
            }
        }
        Err(Refusal::NotOffered)
    }

    fn price(&self, offer: &Offer<'s>, active: &[&'s Change], said: &Said, count: u64) -> Answer<Fraction> {
        let total = self.scene(offer, active, said, count).total()?;
        // What credits can hold.
        let most = whole(1_000_000_000_000_000_000_u64);
        if total > most { Err(Refusal::TooLarge) } else { Ok(total) }
    }

    /// What a quote tells.
    pub(crate) fn quote(&self) -> Answer<Told<'s>> {
        let said = self.said(Knowledge::Quoted);
        let (offer, active) = self.rule(&said)?;
        let total = self.price(offer, &active, &said, self.ask.count)?;
        let open: Vec<Setting> = (self.shop.read(offer, &active).iter())
            .filter(|name| find(&self.ask.settings, name).is_none())
            .filter_map(|name| self.declared(name))
            .filter(|setting| setting.measured)
            .collect();
        let mut exactness = self.shop.exactness(offer, &active);
        for setting in &open {
            let known = if setting.default.is_none() && setting.most().is_some() { AT_MOST } else { ESTIMATE };
            exactness = exactness.max(known);
        }
        let maximum = if exactness == FROM || open.iter().any(|setting| setting.most().is_none()) {
            None
        } else if open.iter().all(|setting| setting.default.is_none()) {
            Some(total.clone())
        } else {
            let most = self.price(offer, &active, &self.said(Knowledge::AtMost), self.ask.count);
            most.ok().map(|most| most.max(total.clone()))
        };
        Ok(Told { offer, active, total, maximum, exactness })
    }

    /// What is due once the work has ended, by the rule of the quote.
    pub(crate) fn due(&self, told: &Told<'s>) -> Answer<Fraction> {
        let Told { offer, active, .. } = told;
        let End { outcome, outputs, measured } = &self.ask.end;
        let asked = self.ask.count;
        let came = outputs.unwrap_or(if *outcome == Outcome::Delivered { asked } else { 0 }).min(asked);
        let share = match outcome {
            Outcome::Unknown => return Err(Refusal::OutcomeUnknown),
            Outcome::Delivered if came == asked => Share::Delivered,
            Outcome::Delivered => self.shop.share(offer, active, "partial"),
            Outcome::Failed => self.shop.share(offer, active, "failed"),
            Outcome::Blocked => self.shop.share(offer, active, "blocked"),
            Outcome::Cancelled => self.shop.share(offer, active, "cancelled"),
            Outcome::Empty => self.shop.share(offer, active, "empty"),
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
        let part = self.price(offer, active, &said, count);
        if count == asked {
            return part;
        }
        match (part, self.price(offer, active, &said, asked)) {
            // A part never costs more than the whole.
            (Ok(part), Ok(whole)) => Ok(part.min(whole)),
            // Where a table has no price for so few, they cost their share of the whole.
            (Err(Refusal::NotOffered), Ok(total)) => {
                let round = self.scene(offer, active, &said, count).round();
                Ok(rounded(&(total * whole(count) / whole(asked)), &round))
            }
            (part, _) => part,
        }
    }
}

/// What the books above change of the rules for one model.
fn changes_at<'b>(offers: &[&Offer<'b>], at: Instant) -> Vec<&'b Change> {
    offers[0].changes.iter().filter(|change| change.in_force(at)).copied().collect()
}

fn declared(shop: &Shop<'_>, offers: &[&Offer<'_>], changes: &[&Change], name: &str) -> Option<Setting> {
    let declared = shop.setting(offers, name)?;
    let narrower = changes.iter().filter_map(|change| find(&change.settings, name));
    Some(narrower.fold(declared, |wide, own| wide.narrowed(own)))
}

fn sorted(named: &Named<Datum>) -> Vec<&(String, Datum)> {
    let mut sorted: Vec<_> = named.iter().collect();
    sorted.sort_by_key(|(name, _)| name);
    sorted
}
