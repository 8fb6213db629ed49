//! Rewards: promised, given, and taken back.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::account::{Declined, Lifts, RewardDeclined};
use studio_credits::journal::{Ended, Referral, ReferredState, RewardCommand};
use studio_credits::plan::{Cycle, DailyReset, DayWindow, Reward, RewardName};
use studio_credits::{AccountId, GrantId, Key};

use super::{Lot, Model, Nanos, Refused, What};

/// What became of a reward for one referee.
#[derive(Clone)]
pub(crate) struct Promise {
    pub(crate) referral: Referral,
    reward: Reward,
    pub(crate) state: ReferredState,
}

/// A reward that was given, and the day and the month that it was given in.
#[derive(Clone)]
pub(crate) struct Award {
    reward: RewardName,
    day: DayWindow,
    month: (u32, DateTime<Utc>),
}

fn no(declined: RewardDeclined) -> Declined {
    Declined::Reward(declined)
}

impl Model {
    pub(super) fn reward(&mut self, key: &Key, command: &RewardCommand, at: DateTime<Utc>) -> Refused<()> {
        match command {
            RewardCommand::Give { reward, referee } => {
                let referral = referee.as_ref().map(|referee| Self::referral(reward, referee)).transpose()?;
                let known = referral.as_ref().and_then(|referral| self.promise(referral)).cloned();
                let terms = match known {
                    Some(Promise { state: ReferredState::Pending, reward, .. }) => reward,
                    Some(known) if known.reward.is_once_per_referee() => return Err(had(&known)),
                    _ => {
                        let terms = self.offered(reward, at)?;
                        if let Some(condition) = terms.condition().cloned() {
                            return Err(no(RewardDeclined::Waits { reward: reward.clone(), condition }));
                        }
                        terms
                    }
                };
                self.award(key, &terms, referral, at)
            }
            RewardCommand::Promise { reward, referee } => {
                let referral = Self::referral(reward, referee)?;
                let known = self.promise(&referral);
                let again = |it: &&Promise| it.state == ReferredState::Pending || it.reward.is_once_per_referee();
                if let Some(known) = known.filter(again) {
                    return Err(had(known));
                }
                let terms = self.offered(reward, at)?;
                if terms.condition().is_none() {
                    return Err(no(RewardDeclined::NoCondition { reward: reward.clone() }));
                }
                let what = What::new("reward-promised", &referral, &[]);
                self.become_of(&referral, terms, ReferredState::Pending);
                self.write(at, what, Vec::new(), Vec::new())
            }
            RewardCommand::TakeBack { reward, referee, .. } => {
                let referral = Self::referral(reward, referee)?;
                let Some(known) = self.promise(&referral).cloned() else {
                    return Err(no(RewardDeclined::NotGiven { referral }));
                };
                match known.state {
                    ReferredState::Revoked => return Err(no(RewardDeclined::TakenBack { referral })),
                    ReferredState::Given { .. } if !known.reward.is_revocable() => {
                        return Err(no(RewardDeclined::ForGood { reward: reward.clone() }));
                    }
                    _ => {}
                }
                self.become_of(&referral, known.reward, ReferredState::Revoked);
                match known.state {
                    // What has ended with its plan leaves nothing to take.
                    ReferredState::Given { grant } if self.lot_of(&grant).ended != Some(Ended::WithPlan) => {
                        self.end(&grant, Ended::Revoked, at)
                    }
                    _ => self.write(at, What::new("reward-withdrawn", &referral, &[]), Vec::new(), Vec::new()),
                }
            }
        }
    }

    fn referral(reward: &RewardName, referee: &AccountId) -> Refused<Referral> {
        if referee.as_str() == "user-7" {
            return Err(no(RewardDeclined::OneselfReferred { referee: referee.clone() }));
        }
        Ok(Referral { reward: reward.clone(), referee: referee.clone() })
    }

    fn promise(&self, referral: &Referral) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.referral == *referral)
    }

    fn lot_of(&self, grant: &GrantId) -> &Lot {
        self.lots.iter().find(|lot| lot.id == *grant).expect("it was given")
    }

    fn become_of(&mut self, referral: &Referral, reward: Reward, state: ReferredState) {
        self.promises.retain(|promise| promise.referral != *referral);
        self.promises.push(Promise { referral: referral.clone(), reward, state });
    }

    fn offered(&self, reward: &RewardName, at: DateTime<Utc>) -> Refused<Reward> {
        let plan = self.plans.in_force(at);
        let found = plan.as_ref().and_then(|plan| plan.reward(reward.as_str())).cloned();
        found.ok_or_else(|| {
            let plan = plan.map(|plan| plan.name().clone());
            no(RewardDeclined::NoReward { reward: reward.clone(), plan, lifts: Lifts::default() })
        })
    }

    fn award(&mut self, key: &Key, terms: &Reward, referral: Option<Referral>, at: DateTime<Utc>) -> Refused<()> {
        let name = terms.name().clone();
        let given: Vec<_> = self.awards.iter().filter(|award| award.reward == name).cloned().collect();
        let too_often = |max, resets_at| no(RewardDeclined::TooOften { reward: name.clone(), max, resets_at });
        let ever = u32::try_from(given.len()).unwrap() + 1;
        if let Some(max) = terms.ever_max().filter(|max| ever > *max) {
            return Err(too_often(max, None));
        }
        let reset = DailyReset::default().with_zone(self.plans.zone);
        let day = given.last().map_or_else(|| DayWindow::first(reset, at), |last| last.day.at(reset, at)).unwrap();
        let months = Cycle::calendar(self.plans.zone).unwrap();
        let shown = months.window_at(at).unwrap();
        let month = match given.last().map(|award| award.month) {
            Some(last) if at < last.1 => last,
            Some((last, _)) if shown.ordinal <= last => (last + 1, months.window(last + 1).unwrap().closes_at),
            _ => (shown.ordinal, shown.closes_at),
        };
        let count = |pick: &dyn Fn(&&Award) -> bool| u32::try_from(given.iter().filter(pick).count()).unwrap() + 1;
        let (today, this_month) = (count(&|award| award.day == day), count(&|award| award.month == month));
        if let Some(max) = terms.day_max().filter(|max| today > *max) {
            return Err(too_often(max, Some(day.closes_at())));
        }
        if let Some(max) = terms.month_max().filter(|max| this_month > *max) {
            return Err(too_often(max, Some(month.1)));
        }
        let grant = Arc::new(terms.grant_at(at).map_err(Declined::from)?);
        if let Some(referral) = referral {
            self.become_of(&referral, terms.clone(), ReferredState::Given { grant: GrantId::from(key) });
        }
        self.awards.push(Award { reward: name, day, month });
        let counts = [ever, today, this_month].map(Nanos::from);
        self.give(key, &grant, at, |id| What::new("rewarded", id, &counts).on(&grant))
    }
}

/// Why there is nothing more for the same referee.
fn had(known: &Promise) -> Declined {
    let referral = known.referral.clone();
    no(match &known.state {
        ReferredState::Pending => RewardDeclined::Pending { referral },
        ReferredState::Given { grant } => RewardDeclined::GivenAlready { referral, grant: grant.clone() },
        ReferredState::Revoked => RewardDeclined::TakenBack { referral },
    })
}
