//! Commands as a person would say them: `hold h 30 on=video/kling life=900`.

mod plan;

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use studio_credits::journal::{Adjustment, Command};
use studio_credits::ledger::Purchase;
use studio_credits::pricing::CostEngine;
use studio_credits::{
    Actor, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, KindName, LateRefund, LateSettle, Life,
    Outcome, Overage, Reason, Restriction, Settlement, Spend, Terms, Unit, Work,
};

pub(crate) use self::plan::{Offer, book};
use super::quoting;

/// Why something cannot even be asked for.
type Said<T> = Result<T, String>;

/// An operation, taken apart: words in order, and options of the form `name=value` in any order.
pub(crate) struct Words<'a> {
    words: Vec<&'a str>,
    offer: Offer,
}

/// A command, with the key that it is asked under unless it names one of its own.
pub(crate) fn command(text: &str, key: &str) -> Said<(Key, Command)> {
    command_under(&Offer::default(), text, key)
}

/// The same where these plans are sold.
pub(crate) fn command_under(offer: &Offer, text: &str, key: &str) -> Said<(Key, Command)> {
    let mut words = Words::of(text, offer);
    let mut key = words.option("key").unwrap_or(key).to_owned();
    let reason = Reason::new(words.option("reason").unwrap_or("because")).map_err(text_of)?;
    let actor = Actor::new(words.option("actor").unwrap_or("ann")).map_err(text_of)?;
    let verb = words.next();
    let adjust = |adjustment| Command::Adjust { actor: actor.clone(), reason: reason.clone(), adjustment };
    let command = match verb {
        "grant" => Command::Grant(words.grant(&mut key)?),
        "hold" => Command::Hold(words.spend(&mut key, true)?),
        "charge" => Command::Charge(words.spend(&mut key, false)?),
        "settle" => Command::Settle { hold: words.read()?, settlement: words.settlement()? },
        "unknown" => Command::MarkUnknown { hold: words.read()?, life: words.life()? },
        "extend" => Command::Extend { hold: words.read()?, life: words.life()? },
        "release" => Command::Release { hold: words.read()?, outcome: words.read()? },
        "refund" => Command::Refund { charge: words.read()?, amount: words.read_more()?, reason },
        "revoke" => Command::Revoke { grant: words.read()?, reason },
        "charge-back" => Command::ChargeBack { grant: words.read()?, reason },
        "give" => adjust(Adjustment::Give(words.grant(&mut key)?)),
        "take" => adjust(Adjustment::Take(words.read()?)),
        "forgive" => adjust(Adjustment::Forgive(words.read()?)),
        "freeze" => Command::Freeze { reason },
        "thaw" => Command::Thaw { reason },
        "close" => Command::Close { reason },
        "repair-mark" => Command::RepairMark { actor, reason },
        verb => words.of_plans(verb, &reason)?.unwrap_or_else(|| panic!("no verb `{verb}`")),
    };
    words.end(text);
    Ok((Key::new(&key).map_err(text_of)?, command))
}

/// `12:30` of the first day, `2026-02-01`, `2026-02-01T12:30`, or a whole instant.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if text.contains('T') {
        return text.parse().or_else(|_| format!("{text}:00Z").parse()).ok();
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Some(date.and_hms_opt(0, 0, 0).unwrap().and_utc());
    }
    format!("2026-01-01T{text}:00Z").parse().ok()
}

impl<'a> Words<'a> {
    fn of(text: &'a str, offer: &Offer) -> Self {
        Self { words: text.split_whitespace().collect(), offer: offer.clone() }
    }

    fn end(&self, text: &str) {
        assert!(self.words.is_empty(), "`{text}` has words that nobody reads: {:?}", self.words);
    }

    fn next(&mut self) -> &'a str {
        assert!(!self.words.is_empty(), "a word is missing");
        self.words.remove(0)
    }

    fn option(&mut self, name: &str) -> Option<&'a str> {
        let at = self.words.iter().position(|word| word.split_once('=').is_some_and(|(left, _)| left == name))?;
        self.words.remove(at).split_once('=').map(|(_, value)| value)
    }

    fn flag(&mut self, name: &str) -> bool {
        let at = self.words.iter().position(|word| *word == name);
        at.map(|at| self.words.remove(at)).is_some()
    }

    fn read<T: FromStr<Err: Display>>(&mut self) -> Said<T> {
        self.next().parse().map_err(text_of)
    }

    fn read_more<T: FromStr<Err: Display>>(&mut self) -> Said<Option<T>> {
        if self.words.is_empty() { Ok(None) } else { self.read().map(Some) }
    }

    fn unit(&mut self) -> Option<Unit> {
        self.option("unit").map(|unit| Unit::new(unit).unwrap())
    }

    fn life(&mut self) -> Said<Life> {
        Life::seconds(self.read()?).map_err(text_of)
    }

    fn grant(&mut self, key: &mut String) -> Said<Arc<Grant>> {
        self.next().clone_into(key);
        let amount = self.read()?;
        let mut grant = Grant::new(self.kind(), amount).map_err(text_of)?;
        if let Some(unit) = self.unit() {
            grant = grant.with_unit(unit);
        }
        if let Some(from) = self.option("from") {
            grant = grant.with_effect(instant(from).unwrap()).map_err(text_of)?;
        }
        if let Some(until) = self.option("until") {
            grant = grant.with_expiry(instant(until).unwrap()).map_err(text_of)?;
        }
        if let Some(priority) = self.option("priority") {
            grant = grant.with_priority(priority.parse().unwrap());
        }
        if let Some(names) = self.option("for") {
            grant = grant.with_restriction(restriction(names)).map_err(text_of)?;
        }
        if let Some(cost) = self.option("cost") {
            grant = grant.with_cost(cost.parse().unwrap(), Unit::new("USD").unwrap());
        }
        if self.flag("renews") {
            grant = grant.with_late_refund(LateRefund::Renews);
        }
        if self.flag("repays") {
            grant = grant.repaying_debt();
        }
        if self.flag("spares") {
            grant = grant.sparing_debt();
        }
        if let Some(once) = self.option("once") {
            grant = grant.with_reference(once.parse().unwrap());
        }
        Ok(Arc::new(grant))
    }

    fn kind(&mut self) -> GrantKind {
        let named = [
            ("free", GrantKind::Free),
            ("subscription", GrantKind::Subscription),
            ("top-up", GrantKind::TopUp),
            ("reward", GrantKind::Reward),
            ("promotional", GrantKind::Promotional),
        ];
        let named = named.into_iter().find(|(name, _)| self.flag(name)).map(|(_, kind)| kind);
        let own = self.option("kind").map(|name| GrantKind::Other(KindName::new(name).unwrap()));
        named.or(own).unwrap_or(GrantKind::Free)
    }

    fn spend(&mut self, key: &mut String, holds: bool) -> Said<Spend> {
        self.next().clone_into(key);
        self.spend_of_nobody(holds)
    }

    fn spend_of_nobody(&mut self, holds: bool) -> Said<Spend> {
        if self.flag("quoted") {
            return self.quoted(quoting::engine(), instant("12:00").unwrap(), holds);
        }
        if self.flag("imagineart") {
            return self.quoted(quoting::imagineart(), self.offer.at, holds);
        }
        let amount = self.read()?;
        let mut spend = Spend::new(self.work(), amount).map_err(text_of)?;
        if let Some(terms) = self.terms()? {
            spend = spend.with_terms(terms);
        }
        if let Some(cap) = self.option("cap") {
            spend = spend.with_amount_max(cap.parse().unwrap()).map_err(text_of)?;
        }
        if let Some(unit) = self.unit() {
            spend = spend.with_unit(unit);
        }
        Ok(spend)
    }

    /// `quoted on=image/flux count=4 set=resolution:2k fact=plan:pro as-of=12:00`: at what the book of the tests says.
    /// `imagineart on=image/nano-banana-2`: at what the book that ships with the crate says now.
    fn quoted(&mut self, engine: &CostEngine, now: DateTime<Utc>, holds: bool) -> Said<Spend> {
        let work = self.work();
        let mut request = GenerationRequest::new(work.studio.as_str(), work.model.as_str()).unwrap();
        if let Some(tool) = &work.tool {
            request = request.with_tool(tool.as_str()).unwrap();
        }
        if let Some(count) = self.option("count") {
            request = request.with_count(count.parse().unwrap()).unwrap();
        }
        for (name, value) in self.option("set").into_iter().flat_map(quoting::named) {
            request = request.with_setting(name, value).unwrap();
        }
        for (name, value) in self.option("fact").into_iter().flat_map(quoting::named) {
            request = request.with_fact(name, value).unwrap();
        }
        let at = self.option("as-of").map_or(now, |at| instant(at).unwrap());
        let mut purchase = Purchase::new(&engine.quote(&request, at).unwrap());
        if let Some(terms) = self.terms()? {
            purchase = purchase.with_terms(terms);
        }
        if let Some(member) = work.member {
            purchase = purchase.by(member);
        }
        if let Some(cap) = self.option("cap") {
            purchase = purchase.with_amount_max(cap.parse::<Credits>().unwrap());
        }
        let spend = if holds { purchase.to_hold() } else { purchase.to_charge() };
        spend.map_err(text_of)
    }

    fn work(&mut self) -> Work {
        let (studio, model) = self.option("on").unwrap_or("image/flux").split_once('/').unwrap();
        let mut work = Work::new(studio.parse().unwrap(), model.parse().unwrap());
        if let Some(tool) = self.option("tool") {
            work = work.with_tool(tool.parse().unwrap());
        }
        if let Some(member) = self.option("member") {
            work = work.by(member.parse().unwrap());
        }
        work
    }

    /// The usual terms but for what is said; with `terms=plan` those of the plan.
    fn terms(&mut self) -> Said<Option<Terms>> {
        if self.option("terms").is_some_and(|terms| terms == "plan") {
            return Ok(None);
        }
        let mut terms = Terms::default();
        if let Some(overage) = self.option("overage") {
            let overage = match overage.split_once(':') {
                None if overage == "cap" => Overage::Cap,
                None => Overage::Absorb,
                Some((_, max)) => Overage::Debt { max: max.parse().map_err(text_of)? },
            };
            terms = terms.with_overage(overage).map_err(text_of)?;
        }
        if let Some(late) = self.option("late") {
            terms = terms.with_late_settle(if late == "charge" { LateSettle::Charge } else { LateSettle::Absorb });
        }
        if let Some(life) = self.option("life") {
            terms = terms.with_life(Life::seconds(life.parse().unwrap()).map_err(text_of)?);
        }
        Ok(Some(terms))
    }

    fn delivery(&mut self, outcome: Option<Outcome>) -> Delivery {
        let mut delivery = Delivery::ended(outcome.unwrap_or(Outcome::Delivered));
        if let Some(outputs) = self.option("outputs") {
            delivery = delivery.with_outputs(outputs.parse().unwrap());
        }
        for (name, value) in self.option("measured").into_iter().flat_map(quoting::named) {
            delivery = delivery.with_measured(name, value).unwrap();
        }
        delivery
    }

    /// `whole`, an amount, items such as `delivered:2,failed:1`, or what the engine says: `priced 30 outputs=3`.
    fn settlement(&mut self) -> Said<Settlement> {
        let outcome = self.option("outcome").map(|outcome| outcome.parse::<Outcome>().unwrap());
        let due = self.next();
        let settlement = match due {
            "whole" => Ok(Settlement::whole()),
            "priced" => {
                let delivery = self.delivery(outcome);
                return quoting::priced(&delivery, self.next()).map_err(text_of);
            }
            _ if due.contains(':') => Settlement::items(due.split(',').map(|item| {
                let (outcome, count) = item.split_once(':').unwrap();
                (outcome.parse().unwrap(), count.parse().unwrap())
            })),
            _ => Settlement::exactly(due.parse().map_err(text_of)?),
        };
        let settlement = settlement.map_err(text_of)?;
        outcome.map_or(Ok(settlement.clone()), |outcome| settlement.with_outcome(outcome).map_err(text_of))
    }
}

/// A hold and what was delivered for it, such as `h outputs=3 measured=duration:7`.
pub(crate) fn delivery(text: &str) -> (HoldId, Delivery) {
    let mut words = Words::of(text, &Offer::default());
    let outcome = words.option("outcome").map(|outcome| outcome.parse::<Outcome>().unwrap());
    let delivery = words.delivery(outcome);
    let hold = words.read().unwrap();
    words.end(text);
    (hold, delivery)
}

/// `image,/upscale,*flux,-flux-pro`: studios, tools after `/`, models after `*`, excepted ones after `-`.
fn restriction(names: &str) -> Restriction {
    names.split(',').fold(Restriction::default(), |restriction, name| match name.split_at(1) {
        ("/", tool) => restriction.to_tool(tool.parse().unwrap()),
        ("*", model) => restriction.to_model(model.parse().unwrap()),
        ("-", model) => restriction.except_model(model.parse().unwrap()),
        _ => restriction.to_studio(name.parse().unwrap()),
    })
}

/// A spend without a name, such as `90 on=video/kling`.
pub(crate) fn spend(text: &str) -> Spend {
    spend_under(&Offer::default(), text)
}

/// The same where these plans are sold.
pub(crate) fn spend_under(offer: &Offer, text: &str) -> Spend {
    let mut words = Words::of(text, offer);
    let spend = words.spend_of_nobody(true).unwrap();
    words.end(text);
    spend
}

fn text_of(error: impl Display) -> String {
    error.to_string()
}
