//! Rewards: promised, given once for each referee, capped, and taken back.

use std::sync::Arc;

use super::{DecideError, Declined, Lifts, declined::RewardDeclined, draft::Draft, period};
use crate::{
    ids::{AccountId, GrantId, Reason},
    journal::{
        Earned, EarnedIn, Ended, Fact, Format, Record, Referral, Referred, ReferredState, RewardCommand, Window,
    },
    plan::{Reward, RewardName},
};

type Decided = Result<(), DecideError>;

impl Draft<'_> {
    pub(super) fn reward(&mut self, command: &RewardCommand) -> Decided {
        match command {
            RewardCommand::Give { reward, referee: None } => {
                let terms = self.unconditional(reward)?;
                self.give_reward(&terms, None)
            }
            RewardCommand::Give { reward, referee: Some(referee) } => {
                let referral = self.referral(reward, referee)?;
                let terms = match self.records.referred(&referral) {
                    Some(Referred { state: ReferredState::Pending, terms, .. }) => terms.clone(),
                    Some(known) if known.terms.is_once_per_referee() => return Err(had(known)),
                    _ => self.unconditional(reward)?,
                };
                self.give_reward(&terms, Some(referral))
            }
            RewardCommand::Promise { reward, referee } => {
                let referral = self.referral(reward, referee)?;
                let is_over = |known: &&Referred| known.state != ReferredState::Pending;
                let known = self.records.referred(&referral);
                if let Some(known) = known.filter(|it| !is_over(it) || it.terms.is_once_per_referee()) {
                    return Err(had(known));
                }
                let terms = self.rewarding(reward)?;
                if terms.condition().is_none() {
                    return Err(RewardDeclined::NoCondition { reward: reward.clone() }.into());
                }
                self.keep_referred(referral.clone(), terms, ReferredState::Pending);
                Ok(self.write(Fact::RewardPromised { referral }, vec![], vec![])?)
            }
            RewardCommand::TakeBack { reward, referee, reason } => {
                let referral = self.referral(reward, referee)?;
                self.take_back(referral, reason)
            }
        }
    }

    fn give_reward(&mut self, terms: &Arc<Reward>, referral: Option<Referral>) -> Decided {
        let earned = self.earn(terms)?;
        let grant = Arc::new(terms.grant_at(self.at).map_err(Declined::from)?);
        let referee = referral.as_ref().map(|referral| referral.referee.clone());
        if let Some(referral) = referral {
            let state = ReferredState::Given { grant: GrantId::from(self.key) };
            self.keep_referred(referral, terms.clone(), state);
        }
        self.give(&grant, |grant, terms| Fact::Rewarded { grant, terms, referee, earned })
    }

    fn take_back(&mut self, referral: Referral, reason: &Reason) -> Decided {
        let Some(Referred { terms, state, .. }) = self.records.referred(&referral).cloned() else {
            return Err(RewardDeclined::NotGiven { referral }.into());
        };
        match state {
            ReferredState::Revoked => Err(RewardDeclined::TakenBack { referral }.into()),
            ReferredState::Pending => {
                self.keep_referred(referral.clone(), terms, ReferredState::Revoked);
                Ok(self.write(Fact::RewardWithdrawn { referral, reason: reason.clone() }, vec![], vec![])?)
            }
            ReferredState::Given { .. } if !terms.is_revocable() => {
                Err(RewardDeclined::ForGood { reward: referral.reward }.into())
            }
            ReferredState::Given { grant } => {
                self.keep_referred(referral.clone(), terms, ReferredState::Revoked);
                match self.any_lot(&grant).and_then(|lot| self.staged.end_of(lot)) {
                    None => self.revoke(&grant, reason),
                    // Nothing is left to take that has ended with its plan.
                    Some(Ended::WithPlan) => {
                        Ok(self.write(Fact::RewardWithdrawn { referral, reason: reason.clone() }, vec![], vec![])?)
                    }
                    Some(ended) => Err(Declined::GrantEnded { grant, ended }.into()),
                }
            }
        }
    }

    /// The reward as the plan in force gives it.
    fn rewarding(&self, reward: &RewardName) -> Result<Arc<Reward>, DecideError> {
        let plan = self.staged.plan_at(self.at);
        let found = plan.and_then(|plan| plan.reward(reward.as_str()));
        found.cloned().map(Arc::new).ok_or_else(|| {
            let (plan, lifts) = (plan.map(|plan| plan.name().clone()), Lifts::default());
            RewardDeclined::NoReward { reward: reward.clone(), plan, lifts }.into()
        })
    }

    /// The same, if it waits for nothing.
    fn unconditional(&self, reward: &RewardName) -> Result<Arc<Reward>, DecideError> {
        let terms = self.rewarding(reward)?;
        match terms.condition().cloned() {
            Some(condition) => Err(RewardDeclined::Waits { reward: reward.clone(), condition }.into()),
            None => Ok(terms),
        }
    }

    fn referral(&self, reward: &RewardName, referee: &AccountId) -> Result<Referral, DecideError> {
        if *referee == self.base().id {
            return Err(RewardDeclined::OneselfReferred { referee: referee.clone() }.into());
        }
        Ok(Referral { reward: reward.clone(), referee: referee.clone() })
    }

    /// How often the reward is given with this time, unless that is too often.
    fn earn(&self, reward: &Reward) -> Result<Earned, DecideError> {
        let standing = self.staged.standing();
        let known = standing.earned(reward.name());
        let capped = |max: u32, resets_at| -> DecideError {
            RewardDeclined::TooOften { reward: reward.name().clone(), max, resets_at }.into()
        };
        let ever = known.map_or(0, |known| known.ever).saturating_add(1);
        if let Some(max) = reward.ever_max().filter(|max| ever > *max) {
            return Err(capped(max, None));
        }
        let within = |known: Option<EarnedIn>, window: Window, max: Option<u32>| {
            let before = known.filter(|known| known.window == window).map_or(0, |known| known.count);
            let count = before.saturating_add(1);
            match max.filter(|max| count > *max) {
                Some(max) => Err(capped(max, Some(window.closes_at()))),
                None => Ok(Some(EarnedIn { window, count })),
            }
        };
        // Counted whether or not it is limited: the limit of another plan shall find what was given under this one.
        let (day, month) = (known.and_then(|known| known.day), known.and_then(|known| known.month));
        let today = period::day(day.map(|day| day.window), standing.zone, self.at)?;
        let this_month = period::month(month.map(|month| month.window), standing.zone, self.at)?;
        let day = within(day, today, reward.day_max())?;
        let month = within(month, this_month, reward.month_max())?;
        Ok(Earned { reward: reward.name().clone(), ever, day, month })
    }

    fn keep_referred(&mut self, referral: Referral, terms: Arc<Reward>, state: ReferredState) {
        self.keep(Record::Referred(Referred { format: Format, referral, terms, state }));
    }
}

/// The referee was rewarded for before, or waits for it.
fn had(known: &Referred) -> DecideError {
    let referral = known.referral.clone();
    match &known.state {
        ReferredState::Pending => RewardDeclined::Pending { referral }.into(),
        ReferredState::Given { grant } => RewardDeclined::GivenAlready { referral, grant: grant.clone() }.into(),
        ReferredState::Revoked => RewardDeclined::TakenBack { referral }.into(),
    }
}
