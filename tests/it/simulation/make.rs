//! What clients ask for, by chance: small amounts, so that little is left, and names of what may be there.

mod names;
mod plans;
mod terms;

use chrono::{DateTime, Utc};
use studio_credits::journal::{Adjustment, Command};
use studio_credits::ledger::Purchase;
use studio_credits::{Actor, Credits, Delivery, Key, Life, Outcome, Reason, Settlement, Spend};

pub(crate) use self::names::Names;
use self::plans::{OF_PLANS, OfPlan};
use super::ask::Asked;
use super::prices;
use crate::oracle::chance::Chance;

#[derive(Clone, Copy, Debug)]
enum Verb {
    Grant,
    Hold,
    Charge,
    Settle,
    Release,
    Refund,
    MarkUnknown,
    Extend,
    Revoke,
    ChargeBack,
    Give,
    Take,
    Forgive,
    Freeze,
    Thaw,
    Close,
    RepairMark,
    OfPlan(OfPlan),
}

const VERBS: &[(u64, Verb)] = &[
    (60, Verb::Grant),
    (100, Verb::Hold),
    (40, Verb::Charge),
    (90, Verb::Settle),
    (25, Verb::Release),
    (50, Verb::Refund),
    (10, Verb::MarkUnknown),
    (10, Verb::Extend),
    (8, Verb::Revoke),
    (10, Verb::ChargeBack),
    (8, Verb::Give),
    (6, Verb::Take),
    (10, Verb::Forgive),
    (4, Verb::Freeze),
    (12, Verb::Thaw),
    (3, Verb::Close),
    (3, Verb::RepairMark),
];

pub(crate) struct Maker {
    weights: Vec<(u64, Verb)>,
    invoices: u64,
    /// Of the invoices that are named, those that were not named before, in percent.
    new_invoices: u64,
    /// Within how many minutes grants expire.
    horizon: u64,
}

impl Maker {
    /// Somebody who asks for what there is, and about plans where they are a matter.
    pub(crate) fn new(chance: &mut Chance, plans: bool) -> Self {
        let of_plans = OF_PLANS.iter().filter(|_| plans).map(|(weight, verb)| (2 * weight, Verb::OfPlan(*verb)));
        let verbs = VERBS.iter().copied().chain(of_plans);
        let weights = verbs.map(|(weight, verb)| (weight * chance.below(5), verb));
        let mut weights: Vec<_> = weights.collect();
        weights[0].0 += 30;
        weights[1].0 += 30;
        let (new_invoices, horizon) = if plans { (80, 7_000) } else { (50, 600) };
        Self { weights, invoices: 0, new_invoices, horizon }
    }

    /// A new command, under a new key; `both` is whether the client's engine has both editions.
    pub(crate) fn command(
        &mut self,
        chance: &mut Chance,
        names: &mut Names,
        (now, both, is_late): (DateTime<Utc>, bool, bool),
    ) -> (Key, Asked) {
        names.keys += 1;
        let key = Key::new(&format!("k{}", names.keys)).unwrap();
        let mut verb = chance.weighted(&self.weights);
        if names.is_ahead && chance.percent(40) {
            verb = Verb::RepairMark;
        }
        let needs_a_hold =
            matches!(verb, Verb::Settle | Verb::Release | Verb::MarkUnknown | Verb::Extend) && names.held.is_empty();
        if needs_a_hold && chance.percent(60) {
            verb = Verb::Hold;
        }
        if names.is_frozen && chance.percent(25) {
            verb = Verb::Thaw;
        }
        if matches!(verb, Verb::Close) && !(is_late && chance.percent(40)) {
            verb = Verb::Thaw;
        }
        let asked = match verb {
            Verb::Settle => settle(chance, names, both),
            verb => Asked::Command(self.plain(chance, names, verb, (now, both))),
        };
        match &asked {
            Asked::Command(Command::Grant(_) | Command::Adjust { adjustment: Adjustment::Give(_), .. }) => {
                names.grants.push((&key).into());
            }
            Asked::Command(Command::Hold(spend) | Command::Charge(spend)) => {
                names.holds.push(((&key).into(), spend.quoted().is_some()));
            }
            _ => {}
        }
        names.sent.push((key.clone(), asked.clone()));
        (key, asked)
    }

    fn plain(&mut self, chance: &mut Chance, names: &Names, verb: Verb, (now, both): (DateTime<Utc>, bool)) -> Command {
        let hold = |chance: &mut Chance| names.hold(chance).0;
        let reason = || Reason::new("the video was black").unwrap();
        let actor = || Actor::new("support: Ann").unwrap();
        let adjust = |adjustment| Command::Adjust { actor: actor(), reason: reason(), adjustment };
        match verb {
            Verb::Grant => Command::Grant(self.grant(chance, now)),
            Verb::Give => adjust(Adjustment::Give(self.grant(chance, now))),
            Verb::Take => adjust(Adjustment::Take(amount(chance))),
            Verb::Forgive => adjust(Adjustment::Forgive(amount(chance))),
            Verb::Hold => Command::Hold(spend(chance, names, (now, both), true)),
            Verb::Charge => Command::Charge(spend(chance, names, (now, both), false)),
            Verb::Settle => Command::Settle { hold: hold(chance), settlement: Settlement::whole() },
            Verb::Release => Command::Release { hold: hold(chance), outcome: ended(chance) },
            Verb::Refund => {
                let part = chance.maybe(60, amount);
                let part = if chance.percent(2) { Some(Credits::ZERO) } else { part };
                Command::Refund { charge: names.charge(chance), amount: part, reason: reason() }
            }
            Verb::MarkUnknown => Command::MarkUnknown { hold: hold(chance), life: life(chance) },
            Verb::Extend => Command::Extend { hold: hold(chance), life: life(chance) },
            Verb::Revoke => Command::Revoke { grant: names.grant(chance), reason: reason() },
            Verb::ChargeBack => Command::ChargeBack { grant: names.grant(chance), reason: reason() },
            Verb::Freeze => Command::Freeze { reason: reason() },
            Verb::Thaw => Command::Thaw { reason: reason() },
            Verb::Close => Command::Close { reason: reason() },
            Verb::RepairMark => Command::RepairMark { actor: actor(), reason: reason() },
            Verb::OfPlan(verb) => self.of_plan(chance, names, verb, now),
        }
    }

    /// The same once more: mostly as it is, at times quoted anew, at times something else under the same key.
    pub(crate) fn again(
        &mut self,
        chance: &mut Chance,
        names: &mut Names,
        asked: &Asked,
        (now, both): (DateTime<Utc>, bool),
    ) -> Asked {
        match asked {
            Asked::Command(Command::Hold(spend)) if spend.quoted().is_some() && chance.percent(60) => {
                Asked::Command(Command::Hold(quoted_anew(spend, now, both, true)))
            }
            Asked::Command(Command::Charge(spend)) if spend.quoted().is_some() && chance.percent(60) => {
                Asked::Command(Command::Charge(quoted_anew(spend, now, both, false)))
            }
            Asked::Delivered { hold, delivery, both: false } => {
                Asked::Delivered { hold: hold.clone(), delivery: delivery.clone(), both }
            }
            _ if chance.percent(4) => {
                let verb = chance.weighted(&self.weights);
                Asked::Command(self.plain(chance, names, verb, (now, both)))
            }
            asked => asked.clone(),
        }
    }
}

fn settle(chance: &mut Chance, names: &Names, both: bool) -> Asked {
    let (hold, quoted) = names.hold(chance);
    if quoted != chance.percent(8) {
        let delivery = match chance.below(6) {
            0..3 => Delivery::all(),
            3 => Delivery::outputs(chance.below(4)),
            4 => Delivery::ended(Outcome::Failed),
            _ => Delivery::ended(Outcome::Cancelled).with_outputs(1),
        };
        return Asked::Delivered { hold, delivery, both };
    }
    let settlement = match chance.below(6) {
        0..2 => Settlement::whole(),
        2 => Settlement::items([(Outcome::Delivered, chance.below(3)), (Outcome::Blocked, 1)]).unwrap(),
        3 => Settlement::exactly(amount(chance)).unwrap(),
        4 => Settlement::exactly(Credits::from_whole(15)).unwrap(),
        _ => Settlement::exactly(Credits::ZERO).unwrap().with_outcome(Outcome::Failed).unwrap(),
    };
    Asked::Command(Command::Settle { hold, settlement })
}

fn amount(chance: &mut Chance) -> Credits {
    let whole = Credits::from_whole(i32::try_from(chance.between(1, 12)).unwrap());
    let part = ["0.5", "0.333333333", "0.000000001"];
    let part = chance.maybe(15, |chance| chance.text(&part).parse().unwrap());
    part.and_then(|part: Credits| whole.checked_sub(part)).unwrap_or(whole)
}

fn life(chance: &mut Chance) -> Life {
    let minutes = if chance.percent(4) { 44_640 } else { chance.between(1, 90) };
    Life::seconds(u32::try_from(minutes * 60).unwrap()).unwrap()
}

fn ended(chance: &mut Chance) -> Outcome {
    *chance.pick(&[Outcome::Failed, Outcome::Cancelled, Outcome::Blocked, Outcome::Empty, Outcome::Unknown])
}

fn spend(chance: &mut Chance, names: &Names, (now, both): (DateTime<Utc>, bool), to_hold: bool) -> Spend {
    let who = names.who(chance);
    // Where nothing is said, the terms of the plan hold.
    let said = !names.plans || chance.percent(70);
    if chance.percent(40) {
        let request = prices::request(chance.place(2), chance.between(1, 3));
        // At times the quote is of some time ago.
        let ago = chrono::TimeDelta::minutes(chance.below(40).cast_signed());
        let at = if chance.percent(25) { now - ago } else { now };
        let quote = prices::engine(both).quote(&request, at).unwrap();
        let purchase = who.into_iter().fold(Purchase::new(&quote), Purchase::by);
        let purchase = if said { purchase.with_terms(terms::terms(chance)) } else { purchase };
        let purchase = match chance.maybe(15, amount) {
            Some(max) => purchase.with_amount_max(max),
            None => purchase,
        };
        return if to_hold { purchase.to_hold().unwrap() } else { purchase.to_charge().unwrap() };
    }
    let work = who.into_iter().fold(terms::work(chance), studio_credits::Work::by);
    let spend = Spend::new(work, amount(chance)).unwrap();
    let spend = if said { spend.with_terms(terms::terms(chance)) } else { spend };
    match chance.maybe(12, amount) {
        Some(max) => spend.with_amount_max(max).unwrap(),
        None => spend,
    }
}

fn quoted_anew(first: &Spend, now: DateTime<Utc>, both: bool, to_hold: bool) -> Spend {
    let Some(quoted) = first.quoted() else { return first.clone() };
    let quote = prices::engine(both).quote(quoted.basis().request(), now).unwrap();
    let purchase = first.work().member.iter().cloned().fold(Purchase::new(&quote), Purchase::by);
    let purchase = first.terms().into_iter().fold(purchase, Purchase::with_terms);
    let purchase = match first.amount_max() {
        Some(max) => purchase.with_amount_max(max),
        None => purchase,
    };
    if to_hold { purchase.to_hold().unwrap() } else { purchase.to_charge().unwrap() }
}
