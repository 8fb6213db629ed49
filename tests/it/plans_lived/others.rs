//! A command touches what it names: a new day or month, a purchase, a change of plan and an end leave the lots of all
//! other kinds as they are, byte by byte as they are stored, whatever is held and spent of them.
//!
//! Of the lots that there were before, used up or not, these alone may differ afterwards: those that have expired by
//! then, those of which a hold has lapsed, and those of a kind that ends with the plan that was left, where it was. Of
//! these last, nothing but what was available is gone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use studio_credits::journal::{
    Command, Ended, Entry, Fact, Lot, Record, RewardCommand, SubscriptionCommand, TeamCommand,
};
use studio_credits::plan::{AtEnd, Days, Every, OnSale, Plan, PlanBook, Reward, Term, TopUp, Upgrade};
use studio_credits::{Cost, Credits, Grant, GrantId, GrantKind, Life as Deadline, Terms, Unit};

use super::life::{
    Asked, Asker, At, Life, MICRO, allowance, count, money, name, offset, plan, reason, spend, start, subscribe, touch,
    whole,
};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::tally::Tally;
use crate::oracle::chance::Chance;

struct Others {
    life: Life,
    asker: Asker,
    /// The kinds that end with each plan.
    ends: BTreeMap<String, Vec<GrantKind>>,
    now: At,
    steps: u64,
    tally: Tally,
}

fn kinds() -> [GrantKind; 6] {
    let own = GrantKind::Other(name("community"));
    [GrantKind::Free, GrantKind::Subscription, GrantKind::TopUp, GrantKind::Reward, GrantKind::Promotional, own]
}

/// A plan that gives by the day and by the month, in kinds of its own, and the kinds that end with it.
fn sold(chance: &mut Chance, of: &str) -> (Plan, Vec<GrantKind>) {
    let cost = Cost { amount: Credits::from_whole(5), unit: Unit::new("USD").unwrap() };
    let pack = TopUp::new(name("pack"), whole(chance.between(1, 90)), cost).unwrap().on_sale_while(OnSale::Always);
    let reward = Reward::new(name("thanks"), whole(chance.between(1, 20))).unwrap().expiring(Days::new(9).unwrap());
    let mut made = plan(of, "1")
        .with_allowance(allowance("daily", chance.pick(&kinds()).clone(), chance.between(1, 60), Every::DAY))
        .unwrap()
        .with_top_up(pack)
        .unwrap()
        .with_reward(reward)
        .unwrap()
        .with_upgrade(*chance.pick(&[Upgrade::FreshCycle, Upgrade::CarryOver]))
        .with_grace_days(*chance.pick(&[0, 1, 5]))
        .unwrap();
    if of != "free" {
        let monthly = allowance("monthly", chance.pick(&kinds()).clone(), chance.between(1, 500), Every::Month);
        made = made.with_allowance(monthly).unwrap();
    }
    let mut ends = vec![GrantKind::Subscription];
    for kind in kinds() {
        if chance.percent(50) {
            let at_end = *chance.pick(&[AtEnd::Expire, AtEnd::Keep]);
            made = made.with_at_end(kind.clone(), at_end);
            ends.retain(|known| *known != kind);
            ends.extend(Some(kind).filter(|_| at_end == AtEnd::Expire));
        }
    }
    (made, ends)
}

impl Others {
    /// All lots, live or used up.
    fn lots(&self) -> BTreeMap<GrantId, Lot> {
        let used_up = self.life.ledger.records.values().filter_map(|record| match record {
            Record::Lot(lot) => Some(lot),
            _ => None,
        });
        // A lot that lives again has a record of when it did not.
        used_up.chain(self.life.account().lots()).map(|lot| (lot.id.clone(), lot.clone())).collect()
    }

    /// The kinds that have ended, entry by entry.
    fn ended(&self, asked: &Asked, entries: &[Entry]) -> Result<Vec<GrantKind>, String> {
        let is_upgrade = matches!(&asked.command, Command::Subscription(SubscriptionCommand::Upgrade { .. }));
        let mut kinds = Vec::new();
        for entry in entries {
            match &entry.fact {
                // What the command itself changes is named by its key; what was due before it is not.
                Fact::PlanChanged { from, ends: true, .. }
                    if is_upgrade
                        && entry.key.is_some()
                        && self.life.book.plan(from.as_str(), entry.at).unwrap().upgrade() == Upgrade::CarryOver =>
                {
                    return Err("what is carried over ends".to_owned());
                }
                Fact::SubscriptionEnded { plan, .. } | Fact::PlanChanged { from: plan, ends: true, .. } => {
                    kinds.extend(self.ends[plan.as_str()].iter().cloned());
                }
                _ => {}
            }
        }
        Ok(kinds)
    }

    fn is_kept(
        &mut self,
        before: &BTreeMap<GrantId, Lot>,
        lapsed: &BTreeSet<GrantId>,
        ended: &[GrantKind],
    ) -> Result<(), String> {
        let (after, at) = (self.lots(), self.life.account().mark());
        for (id, was) in before {
            let Some(is) = after.get(id) else { return Err(format!("lot {id} is not there any more")) };
            let over = was.grant.expires_at().is_some_and(|end| end <= at) && !was.available.is_zero();
            let is_live = !was.available.is_zero() || !was.held.is_zero();
            if over || lapsed.contains(id) {
                continue;
            }
            if ended.contains(was.grant.kind()) && was.ended.is_none() && is_live {
                let (expired, ended) = (was.expired.checked_add(was.available).unwrap(), Some(Ended::WithPlan));
                let gone = Lot { available: Credits::ZERO, expired, ended, ..was.clone() };
                if *is != gone {
                    return Err(format!("what was available does not end, or not alone: {was:?}, {is:?}"));
                }
                self.tally.count("ended");
                continue;
            }
            if serde_json::to_string(is).unwrap() != serde_json::to_string(was).unwrap() {
                return Err(format!("a lot is not as it was: {was:?}, {is:?}"));
            }
            self.tally.count("kept");
            if !was.held.is_zero() && !was.spent.is_zero() {
                self.tally.count("kept with parts");
            }
        }
        Ok(())
    }

    /// What gives, refills or changes plans.
    fn turn(&mut self, chance: &mut Chance) -> Command {
        let plans = [self.life.book.plan("a", self.now).unwrap(), self.life.book.plan("b", self.now).unwrap()];
        let (plan, by, reference) = ((*chance.pick(&plans)).clone(), None, self.asker.invoice());
        match chance.below(16) {
            0..3 => subscribe(&plan, Term::new(chance.between(1, 3).try_into().unwrap()).unwrap(), reference),
            3..6 => SubscriptionCommand::Upgrade { plan, term: None, reference, by }.into(),
            6 => SubscriptionCommand::Schedule { plan, term: None, by }.into(),
            7..9 => SubscriptionCommand::Renew { reference, plan: None }.into(),
            9 => SubscriptionCommand::Cancel { reason: reason(), by }.into(),
            10 => SubscriptionCommand::End { reason: reason() }.into(),
            11 => Command::SetZone { zone: offset(chance.between(0, 26).cast_signed() * 60 - 720) },
            12 => Command::BuyTopUp { pack: name("pack"), reference, by },
            13 => RewardCommand::Give { reward: name("thanks"), referee: None }.into(),
            14 => TeamCommand::Leave { member: name("nobody") }.into(),
            _ => touch(),
        }
    }

    fn grant(&mut self, chance: &mut Chance) -> Command {
        let mut grant = Grant::new(chance.pick(&kinds()).clone(), whole(chance.between(1, 300))).unwrap();
        grant = grant.with_priority(*chance.pick(&[-1, 0, 2]));
        if chance.percent(40) {
            let life = TimeDelta::minutes(chance.between(2, 60 * 24 * 60).cast_signed());
            grant = grant.with_expiry(self.now + life).unwrap();
            if chance.percent(30) {
                grant = grant.with_effect(self.now + life / 2).unwrap();
            }
        }
        Command::Grant(grant.into())
    }
}

impl History for Others {
    type Step = Asked;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 46);
        let made = ["free", "a", "b"].map(|of| sold(&mut chance, of));
        let ends = made.iter().map(|(plan, ends)| (plan.name().to_string(), ends.clone())).collect();
        let book = PlanBook::new(made.map(|(plan, _)| plan)).unwrap().with_base(name("free")).unwrap();
        Self {
            life: Life::under(book),
            asker: Asker::default(),
            ends,
            now: start(),
            steps: chance.between(20, 80),
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Asked> {
        self.steps = self.steps.checked_sub(1)?;
        let hours = chance.weighted(&[(5, 2), (3, 40), (1, 24 * 20)]);
        self.now += TimeDelta::seconds(chance.below(hours * 3_600).cast_signed()) + MICRO;
        let command = match chance.below(10) {
            0..3 => self.grant(chance),
            3 => {
                let terms = Terms::default().with_life(Deadline::MAX);
                Command::Hold(spend(chance.between(1, 200)).with_terms(terms))
            }
            4 => money(chance, &self.life),
            _ => self.turn(chance),
        };
        Some(self.asker.ask(self.now, command))
    }

    fn step(&mut self, asked: &Asked) -> Result<(), String> {
        self.tally.count("commands");
        let before = self.lots();
        let over = self.life.account().holds().filter(|hold| hold.lapses_at <= asked.at);
        let lapsed = over.flat_map(|hold| hold.parts.iter().map(|part| part.lot.clone())).collect();
        let (answer, entries) = self.life.ask(asked)?;
        count(&mut self.tally, &entries);
        let names_lots = matches!(
            asked.command,
            Command::Hold(_)
                | Command::Charge(_)
                | Command::Settle { .. }
                | Command::Release { .. }
                | Command::Refund { .. }
        );
        if names_lots || !matches!(answer, Answer::Done(..)) {
            return Ok(());
        }
        let ended = self.ended(asked, &entries)?;
        self.is_kept(&before, &lapsed, &ended)
    }

    fn end(&mut self) -> Result<(), String> {
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[test]
fn what_a_plan_gives_changes_or_ends_leaves_all_other_lots_as_they_are() {
    let facts = ["allowed", "subscribed", "plan-changed", "subscription-ended", "ended", "kept with parts"];
    let test = "others::what_a_plan_gives_changes_or_ends_leaves_all_other_lots_as_they_are";
    play_all::<Others>(test, 60, &[(20, &facts), (1_000, &["kept"])]);
}
