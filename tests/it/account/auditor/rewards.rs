//! What was earned, by what the entries say.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use studio_credits::journal::{Earned, EarnedIn, Ended, Entry, Fact, Record, Referral, ReferredState, Snapshot};
use studio_credits::plan::{Reward, RewardName};
use studio_credits::{AccountId, GrantId, GrantKind};

use super::books::Books;
use super::{Sound, holds};

#[derive(Default)]
pub(super) struct Rewards {
    /// What became of each reward for each referee, and the terms that it was first told of with.
    told: BTreeMap<Referral, (Reward, ReferredState)>,
    /// When which reward was given, and whether that counts in its day and in its month.
    given: Vec<(RewardName, DateTime<Utc>, [bool; 2])>,
    earned: BTreeMap<RewardName, Earned>,
}

impl Rewards {
    /// Days and months that a wrong clock opened in the future count anew when their time comes.
    fn set_back(&mut self, at: DateTime<Utc>) {
        for (name, earned) in &mut self.earned {
            let is_ahead = |within: Option<EarnedIn>| within.is_some_and(|within| within.window.opens_at() > at);
            let ahead = [is_ahead(earned.day), is_ahead(earned.month)];
            let opens = [earned.day, earned.month].map(|within| within.map(|within| within.window.opens_at()));
            for (_, given, counts) in self.given.iter_mut().filter(|(known, ..)| known == name) {
                for place in 0..2 {
                    counts[place] &= !(ahead[place] && opens[place].is_some_and(|opens_at| *given >= opens_at));
                }
            }
            earned.day = earned.day.filter(|_| !ahead[0]);
            earned.month = earned.month.filter(|_| !ahead[1]);
        }
    }
}

impl Books {
    pub(super) fn judge_rewards(&self, entry: &Entry) -> Sound {
        let told = |referral: &Referral| self.rewards.told.get(referral);
        match &entry.fact {
            Fact::RewardPromised { referral } => {
                holds(told(referral).is_none(), || format!("{referral} was told of before"))?;
                let conditional = self.offered(&referral.reward, entry.at)?.condition().is_some();
                holds(conditional, || format!("{referral} waits for nothing"))?;
                holds(referral.referee != entry.account, || "somebody recommends themselves".to_owned())
            }
            Fact::RewardWithdrawn { referral, .. } => {
                let sound = match told(referral) {
                    Some((_, ReferredState::Pending)) => true,
                    // Nothing is left to take.
                    Some((_, ReferredState::Given { grant })) => self.page(grant)?.ended == Some(Ended::WithPlan),
                    _ => false,
                };
                holds(sound, || format!("{referral} was not promised"))
            }
            Fact::Rewarded { terms, referee, earned, .. } => {
                let reward = self.due(&earned.reward, referee.as_ref(), entry.at)?;
                let ends = reward.expiry_days().map(|days| entry.at + days.delta());
                let same = terms.amount() == reward.amount()
                    && *terms.kind() == GrantKind::Reward
                    && terms.expires_at() == ends
                    && terms.restriction() == reward.restriction();
                holds(same, || format!("{} is given on other terms", earned.reward))?;
                self.counted(&reward, earned, entry.at)
            }
            _ => Ok(()),
        }
    }

    fn offered(&self, name: &RewardName, at: DateTime<Utc>) -> Result<&Reward, String> {
        let reward = self.plans.in_force(at).and_then(|plan| plan.reward(name.as_str()));
        reward.ok_or_else(|| format!("no plan in force has a reward {name}"))
    }

    /// A reward is given once for each referee, unless it is repeatable; what was promised, on the terms of then.
    fn due(&self, name: &RewardName, referee: Option<&AccountId>, at: DateTime<Utc>) -> Result<Reward, String> {
        let referral = referee.map(|referee| Referral { reward: name.clone(), referee: referee.clone() });
        match referral.as_ref().and_then(|referral| self.rewards.told.get(referral)) {
            Some((promised, ReferredState::Pending)) => return Ok(promised.clone()),
            Some((known, _)) if known.is_once_per_referee() => {
                return Err(format!("{name} is given twice for {referee:?}"));
            }
            _ => {}
        }
        let reward = self.offered(name, at)?;
        holds(reward.condition().is_none(), || format!("{name} waits for its condition"))?;
        Ok(reward.clone())
    }

    /// It was given as often as it says, within windows that follow one another, and not too often.
    fn counted(&self, reward: &Reward, earned: &Earned, at: DateTime<Utc>) -> Sound {
        let given = || self.rewards.given.iter().filter(|(name, ..)| name == reward.name());
        let before = self.rewards.earned.get(reward.name());
        let ever = u32::try_from(given().count()).unwrap() + 1;
        let often = earned.ever == ever && reward.ever_max().is_none_or(|max| ever <= max);
        holds(often, || format!("{} is given {ever} times", reward.name()))?;
        let within = |place: usize, now: Option<EarnedIn>, known: Option<EarnedIn>, max: Option<u32>| {
            let Some(EarnedIn { window, count }) = now else { return Err("it is not counted".to_owned()) };
            let span = window.opens_at()..window.closes_at();
            holds(span.contains(&at), || "it counts in another window".to_owned())?;
            let follows = |known: EarnedIn| known.window == window || known.window.closes_at() <= at;
            holds(known.is_none_or(follows), || "two windows are counted at once".to_owned())?;
            // In another zone, a month may open before the last one closes: what was given in that one counts there.
            let from =
                known.filter(|known| known.window != window).map_or(span.start, |known| known.window.closes_at());
            let in_it = |at: &DateTime<Utc>| span.contains(at) && from <= *at;
            let ours = u32::try_from(given().filter(|(_, at, counts)| in_it(at) && counts[place]).count()).unwrap() + 1;
            holds(ours == count && max.is_none_or(|max| count <= max), || format!("it is given {ours} times by then"))
        };
        within(0, earned.day, before.and_then(|known| known.day), reward.day_max())?;
        within(1, earned.month, before.and_then(|known| known.month), reward.month_max())
    }

    pub(super) fn note_rewards(&mut self, entry: &Entry) -> Sound {
        match &entry.fact {
            Fact::RewardPromised { referral } => {
                let reward = self.offered(&referral.reward, entry.at)?.clone();
                self.rewards.told.insert(referral.clone(), (reward, ReferredState::Pending));
            }
            Fact::RewardWithdrawn { referral, .. } => self.become_of(referral, ReferredState::Revoked),
            Fact::Rewarded { grant, referee, earned, .. } => {
                let name = &earned.reward;
                if let Some(referee) = referee.clone() {
                    let reward = self.due(name, Some(&referee), entry.at)?;
                    let (referral, grant) = (Referral { reward: name.clone(), referee }, grant.clone());
                    self.rewards.told.insert(referral, (reward, ReferredState::Given { grant }));
                }
                self.rewards.given.push((name.clone(), entry.at, [true; 2]));
                self.rewards.earned.insert(name.clone(), earned.clone());
            }
            Fact::MarkRepaired { .. } => self.rewards.set_back(entry.at),
            _ => {}
        }
        Ok(())
    }

    fn become_of(&mut self, referral: &Referral, state: ReferredState) {
        if let Some(told) = self.rewards.told.get_mut(referral) {
            told.1 = state;
        }
    }

    /// The row of a referee says what became of the reward: it is taken back with its grant.
    pub(super) fn referred(&mut self, record: &Record) -> Sound {
        let Record::Referred(referred) = record else { return Ok(()) };
        let referral = &referred.referral;
        let (reward, state) =
            self.rewards.told.get(referral).ok_or_else(|| format!("nothing is told of {referral}"))?;
        holds(*referred.terms == *reward, || format!("{referral} is kept on other terms"))?;
        let is_gone = |grant: &GrantId| self.lots.get(grant).is_some_and(|page| page.ended.is_some());
        let sound = match (&referred.state, state) {
            (ReferredState::Revoked, ReferredState::Given { grant }) => is_gone(grant),
            (kept, told) => kept == told,
        };
        holds(sound, || format!("{referral} is {:?}, and not {state:?}", referred.state))?;
        self.become_of(referral, referred.state.clone());
        Ok(())
    }

    pub(super) fn alike_rewards(&self, snapshot: &Snapshot) -> Sound {
        let earned = snapshot.standing.earned.iter();
        holds(earned.eq(self.rewards.earned.values()), || "the snapshot has earned something else".to_owned())
    }
}
