//! Whether what a plan, a team or a reward refuses is so at a moment.

use studio_credits::account::{Declined, Lifts, RewardDeclined, SubscriptionDeclined, TeamDeclined};
use studio_credits::journal::{
    Counted, MonthMax, Referral, ReferredState, RewardCommand, Role, Scheduled, Subscription, SubscriptionCommand,
    SubscriptionState, TeamCommand,
};
use studio_credits::plan::{OnSale, Plan, PlanName, Reward, RewardName, Term, TopUpName, Upgrade};
use studio_credits::{AccountId, Member, Reference};

use super::refusal::Moment;
use super::scene::ends_at;
use crate::account::model::{Nanos, nanos};

impl Moment<'_> {
    pub(super) fn refuses_subscription(&self, command: &SubscriptionCommand, declined: &Declined) -> bool {
        let (by, reference) = match command {
            SubscriptionCommand::Subscribe { reference, by, .. }
            | SubscriptionCommand::Upgrade { reference, by, .. } => (by.as_ref(), Some(reference)),
            SubscriptionCommand::Renew { reference, .. } => (None, Some(reference)),
            SubscriptionCommand::Schedule { by, .. }
            | SubscriptionCommand::Cancel { by, .. }
            | SubscriptionCommand::Resume { by } => (by.as_ref(), None),
            SubscriptionCommand::End { .. } | SubscriptionCommand::FailPayment { .. } => (None, None),
        };
        match declined {
            Declined::Team(_) => self.may_not_purchase(by, declined),
            Declined::ReferenceUsed { .. } => self.is_used(reference, declined),
            Declined::Subscription(declined) => match &self.scene().subscription {
                Some(subscription) => self.refuses_change(subscription, command, declined),
                None => match (command, declined) {
                    (SubscriptionCommand::Subscribe { plan, .. }, declined) => self.is_not_sold(plan, declined),
                    (_, declined) => *declined == SubscriptionDeclined::NotSubscribed,
                },
            },
            _ => false,
        }
    }

    fn refuses_change(
        &self,
        known: &Subscription,
        command: &SubscriptionCommand,
        declined: &SubscriptionDeclined,
    ) -> bool {
        let cancelled = match known.state {
            SubscriptionState::Cancelled { at } => Some(at),
            _ => None,
        };
        let goes_on = |term: &Option<Term>| match &known.scheduled {
            Some(next) => (next.plan.clone(), next.term, term.unwrap_or(known.term)),
            None => (known.plan.clone(), known.term, term.unwrap_or(known.term)),
        };
        match (declined, command) {
            (SubscriptionDeclined::SubscribedAlready { plan, ends_at: at }, SubscriptionCommand::Subscribe { .. }) => {
                known.plan.name() == plan && ends_at(known) == *at
            }
            (
                SubscriptionDeclined::CancelledAlready { plan, at, ends_at: end },
                SubscriptionCommand::Renew { .. }
                | SubscriptionCommand::Schedule { .. }
                | SubscriptionCommand::Cancel { .. }
                | SubscriptionCommand::FailPayment { .. },
            ) => known.plan.name() == plan && cancelled == Some(*at) && ends_at(known) == *end,
            (SubscriptionDeclined::SamePlan { plan }, SubscriptionCommand::Upgrade { plan: to, .. }) => {
                known.plan.name() == plan && to.name() == plan
            }
            (SubscriptionDeclined::SamePlan { plan }, SubscriptionCommand::Schedule { plan: to, term, .. }) => {
                let (goes_on, before, wanted) = goes_on(term);
                goes_on == *to && before == wanted && to.name() == plan
            }
            (SubscriptionDeclined::NotAnUpgrade { from, to }, SubscriptionCommand::Upgrade { plan, .. }) => {
                (from, to) == (known.plan.name(), plan.name()) && gives(plan) <= gives(&known.plan)
            }
            (SubscriptionDeclined::ChangePaid { plan, at }, SubscriptionCommand::Upgrade { .. }) => {
                let goes_on = known.plan.upgrade() == Upgrade::CarryOver;
                goes_on && paid_change(known).is_some_and(|next| (next.plan.name(), next.at) == (plan, *at))
            }
            (SubscriptionDeclined::ChangePaid { plan, at }, SubscriptionCommand::Schedule { .. }) => {
                paid_change(known).is_some_and(|next| (next.plan.name(), next.at) == (plan, *at))
            }
            (declined, SubscriptionCommand::Renew { plan, .. }) => self.refuses_renewal(known, plan.as_ref(), declined),
            (SubscriptionDeclined::NothingToResume { plan }, SubscriptionCommand::Resume { .. }) => {
                let is_open = known.scheduled.is_some() && paid_change(known).is_none();
                cancelled.is_none() && !is_open && known.plan.name() == plan
            }
            (SubscriptionDeclined::PastDueAlready { since: at }, SubscriptionCommand::FailPayment { .. }) => {
                matches!(known.state, SubscriptionState::PastDue { since } if since == *at)
            }
            (
                SubscriptionDeclined::PaidTooLate { plan: told, paid_until, at },
                SubscriptionCommand::Upgrade { plan, .. },
            ) => {
                let ends = ends_at(&Subscription { plan: plan.clone(), ..known.clone() });
                let told = (told, *paid_until, *at) == (plan.name(), known.paid_until, self.at);
                known.plan.upgrade() == Upgrade::CarryOver && told && ends <= *at
            }
            (declined, SubscriptionCommand::Upgrade { plan, .. } | SubscriptionCommand::Schedule { plan, .. }) => {
                self.is_not_sold(plan, declined)
            }
            _ => false,
        }
    }

    /// What is scheduled is renewed where something is: for one term, and not beyond what may be paid ahead.
    fn refuses_renewal(
        &self,
        known: &Subscription,
        paid_for: Option<&PlanName>,
        declined: &SubscriptionDeclined,
    ) -> bool {
        let next = known.scheduled.as_ref();
        let (term, renewed) = next.map_or((known.term, &known.plan), |next| (next.term, &next.plan));
        let months = known.months_paid + term.months();
        let until = known.cycle.window(months).unwrap().opens_at;
        match declined {
            SubscriptionDeclined::OtherPlan { paid_for: told, plan } => {
                paid_for == Some(told) && renewed.name() == plan && plan != told
            }
            SubscriptionDeclined::PaidAhead { months: told, paid_until } => {
                let ahead = months - known.cycle.window_at(self.at).map_or(0, |month| month.ordinal) - 1;
                *told == ahead && ahead > 36 && *paid_until == known.paid_until
            }
            SubscriptionDeclined::PaidTooLate { plan, paid_until, at } => {
                let paid = Subscription { paid_until: until, state: SubscriptionState::Active, ..known.clone() };
                let ends = ends_at(&Subscription { plan: renewed.clone(), ..paid });
                renewed.name() == plan && *paid_until == until && *at == self.at && ends <= *at
            }
            _ => false,
        }
    }

    fn is_not_sold(&self, plan: &Plan, declined: &SubscriptionDeclined) -> bool {
        match declined {
            SubscriptionDeclined::NotInForce { plan: name, edition, at } => {
                (name, edition) == (plan.name(), plan.edition()) && *at == self.at && !plan.is_in_force(*at)
            }
            SubscriptionDeclined::BasePlan { plan: name } => {
                let base = self.history.book.as_ref().and_then(|book| book.base_at(self.at));
                name == plan.name() && base.is_some_and(|base| base.name() == name)
            }
            SubscriptionDeclined::TooManyMembers { plan: name, members, seats } => {
                let count = self.members().len();
                name == plan.name()
                    && *members == count
                    && plan.limits().seats() == Some(*seats)
                    && count > usize::try_from(*seats).unwrap()
            }
            _ => false,
        }
    }

    /// Whether what is paid with was used before, under the key that is named.
    pub(super) fn is_used(&self, reference: Option<&Reference>, declined: &Declined) -> bool {
        let Declined::ReferenceUsed { reference: told, key } = declined else { return false };
        let first = self.history.references.get(told);
        reference == Some(told) && first.is_some_and(|it| it.0 <= self.seq && it.1 == *key)
    }

    /// Whether it is nobody who may purchase.
    pub(super) fn may_not_purchase(&self, by: Option<&Member>, declined: &Declined) -> bool {
        let members = self.members();
        match declined {
            Declined::Team(TeamDeclined::NotAnOwner { member }) => {
                let role = members.get(member).map(|seat| seat.role);
                by == Some(member) && role == Some(Role::Member)
            }
            Declined::Team(TeamDeclined::NotAMember { member }) => {
                by == Some(member) && !members.is_empty() && !members.contains_key(member)
            }
            _ => false,
        }
    }

    pub(super) fn refuses_top_up(
        &self,
        pack: &TopUpName,
        (reference, by): (&Reference, Option<&Member>),
        declined: &Declined,
    ) -> bool {
        let plan = self.scene().plan();
        let found = plan.and_then(|plan| plan.top_up(pack.as_str()));
        match declined {
            Declined::Team(_) => self.may_not_purchase(by, declined),
            Declined::ReferenceUsed { .. } => self.is_used(Some(reference), declined),
            Declined::NoTopUp { pack: told, plan: of, lifts, .. } => {
                let is_told = told == pack && of.as_ref() == plan.map(|plan| plan.name());
                is_told && found.is_none() && self.sell(pack, reference, lifts)
            }
            Declined::NotOnSale { pack: told, on_sale, lifts } => {
                let is_sold = match on_sale {
                    OnSale::Always => true,
                    OnSale::WhileSubscribed => self.scene().subscription.is_some(),
                    OnSale::Never => false,
                };
                let is_told = told == pack && found.is_some_and(|found| found.on_sale() == *on_sale);
                is_told && !is_sold && self.sell(pack, reference, lifts)
            }
            _ => false,
        }
    }

    /// Whether these are the plans that sell a pack to whoever purchases them, for a reference that is new.
    fn sell(&self, pack: &TopUpName, reference: &Reference, lifts: &Lifts) -> bool {
        let is_new = self.history.references.get(reference).is_none_or(|it| it.0 > self.seq);
        let sells = |plan: &Plan| plan.top_ups().iter().any(|it| it.name() == pack && it.on_sale() != OnSale::Never);
        lifts.plans == self.plans_after(|plan, _| is_new && sells(plan)) && lifts.top_ups.is_empty()
    }

    pub(super) fn refuses_reward(&self, account: &AccountId, command: &RewardCommand, declined: &Declined) -> bool {
        let (reward, referee) = match command {
            RewardCommand::Give { reward, referee } => (reward, referee.as_ref()),
            RewardCommand::Promise { reward, referee } | RewardCommand::TakeBack { reward, referee, .. } => {
                (reward, Some(referee))
            }
        };
        let referral = referee.map(|referee| Referral { reward: reward.clone(), referee: referee.clone() });
        let known = referral.as_ref().and_then(|referral| self.history.plans.referrals.get(referral)?.at(self.seq));
        if let Declined::Reward(RewardDeclined::OneselfReferred { referee: told }) = declined {
            return referee == Some(told) && told == account;
        }
        if let (Declined::GrantEnded { grant, ended }, RewardCommand::TakeBack { .. }) = (declined, command) {
            let lot = self.history.lots.get(grant);
            let is_given = known.is_some_and(|(state, _)| *state == ReferredState::Given { grant: grant.clone() });
            return is_given && lot.is_some_and(|lot| lot.ended.at(self.seq) == Some(ended));
        }
        let Declined::Reward(declined) = declined else { return false };
        match (command, known) {
            (RewardCommand::TakeBack { .. }, Some((state, terms))) => match declined {
                RewardDeclined::TakenBack { referral: told } => {
                    referral.as_ref() == Some(told) && *state == ReferredState::Revoked
                }
                RewardDeclined::ForGood { reward: told } => {
                    told == reward && !terms.is_revocable() && matches!(state, ReferredState::Given { .. })
                }
                _ => false,
            },
            (RewardCommand::TakeBack { .. }, None) => {
                matches!(declined, RewardDeclined::NotGiven { referral: told } if referral.as_ref() == Some(told))
            }
            (RewardCommand::Promise { .. }, Some((state, terms)))
                if *state == ReferredState::Pending || terms.is_once_per_referee() =>
            {
                had(state, referral.as_ref(), declined)
            }
            (RewardCommand::Promise { .. }, _) => match declined {
                RewardDeclined::NoCondition { reward: told } => {
                    told == reward && self.reward(reward).is_some_and(|terms| terms.condition().is_none())
                }
                _ => self.has_no_reward(reward, true, declined),
            },
            (RewardCommand::Give { .. }, Some((ReferredState::Pending, terms))) => self.is_too_often(terms, declined),
            (RewardCommand::Give { .. }, Some((state, terms))) if terms.is_once_per_referee() => {
                had(state, referral.as_ref(), declined)
            }
            (RewardCommand::Give { .. }, _) => match declined {
                RewardDeclined::Waits { reward: told, condition } => {
                    told == reward && self.reward(reward).is_some_and(|terms| terms.condition() == Some(condition))
                }
                RewardDeclined::TooOften { .. } => {
                    self.reward(reward).is_some_and(|terms| self.is_too_often(terms, declined))
                }
                _ => self.has_no_reward(reward, false, declined),
            },
        }
    }

    fn reward(&self, reward: &RewardName) -> Option<&Reward> {
        self.scene().plan()?.reward(reward.as_str())
    }

    fn has_no_reward(&self, reward: &RewardName, is_promise: bool, declined: &RewardDeclined) -> bool {
        let plan = self.scene().plan().map(|plan| plan.name());
        let RewardDeclined::NoReward { reward: told, plan: of, lifts } = declined else { return false };
        // What waits for something is promised, and what waits for nothing is given.
        let gives = |terms: &Reward| match terms.condition() {
            Some(_) => is_promise,
            None => !is_promise && !self.is_full(terms),
        };
        let others = self.plans_after(|plan, _| plan.reward(reward.as_str()).is_some_and(gives));
        let is_told = told == reward && of.as_ref() == plan && lifts.plans == others && lifts.top_ups.is_empty();
        is_told && self.reward(reward).is_none()
    }

    /// Whether a reward was given as often as it may be: in a day or a month that is not over, or ever.
    fn is_too_often(&self, terms: &Reward, declined: &RewardDeclined) -> bool {
        let RewardDeclined::TooOften { reward, max, resets_at } = declined else { return false };
        let times = self.history.plans.rewards.get(reward).into_iter().flatten();
        let times: Vec<_> = times.filter(|time| time.seq <= self.seq).collect();
        let is_full = |most: Option<u32>, count: usize| most == Some(*max) && count >= usize::try_from(*max).unwrap();
        let full = match resets_at {
            None => is_full(terms.ever_max(), times.len()),
            Some(at) => {
                let within = |place| times.iter().filter(|time| time.counts(place, *at, self.seq)).count();
                self.at < *at && (is_full(terms.day_max(), within(0)) || is_full(terms.month_max(), within(1)))
            }
        };
        reward == terms.name() && full
    }

    /// Whether a reward cannot be given once more now.
    fn is_full(&self, terms: &Reward) -> bool {
        let times = self.history.plans.rewards.get(terms.name()).into_iter().flatten();
        let times: Vec<_> = times.filter(|time| time.seq <= self.seq).collect();
        let within = |place| times.iter().filter(|time| time.is_of_now(place, self.at, self.seq)).count();
        let counted = [(terms.ever_max(), times.len()), (terms.day_max(), within(0)), (terms.month_max(), within(1))];
        counted.into_iter().any(|(max, count)| max.is_some_and(|max| count >= usize::try_from(max).unwrap()))
    }

    pub(super) fn refuses_team(&self, command: &TeamCommand, declined: &Declined) -> bool {
        let members = self.members();
        let of_command = match command {
            TeamCommand::Join { member, .. } | TeamCommand::Limit { member, .. } | TeamCommand::Leave { member } => {
                member
            }
        };
        match (command, declined) {
            (TeamCommand::Join { .. }, Declined::Team(TeamDeclined::MemberAlready { member })) => {
                member == of_command && members.contains_key(member)
            }
            (TeamCommand::Join { role, .. }, Declined::Team(TeamDeclined::NoOwner { member })) => {
                member == of_command && members.is_empty() && *role == Role::Member
            }
            (TeamCommand::Join { .. }, Declined::Team(TeamDeclined::NoSeat { member, seats, lifts })) => {
                let wanted = members.len() + 1;
                let room = |plan: &Plan| plan.limits().seats().map(|seats| usize::try_from(seats).unwrap());
                // Those of the plan that is to take over count as well.
                let scene = self.scene();
                let next = scene.subscription.as_ref().and_then(|known| known.scheduled.as_ref());
                let plans = scene.plan().into_iter().chain(next.map(|next| &next.plan));
                let most = plans.filter_map(|plan| room(plan)).min();
                let others = self.plans_after(|plan, _| room(plan).is_none_or(|seats| wanted <= seats));
                member == of_command && most == Some(*seats) && wanted > *seats && lifts.plans == others
            }
            (
                TeamCommand::Limit { .. } | TeamCommand::Leave { .. },
                Declined::Team(TeamDeclined::NotAMember { member }),
            ) => member == of_command && !members.contains_key(member),
            (
                TeamCommand::Limit { month_max: MonthMax::Credits(wanted), .. },
                Declined::Team(TeamDeclined::LimitBelowUse { member, max, used }),
            ) => {
                let counted = self.used(&Counted::Member(member.clone())).0;
                member == of_command && max == wanted && nanos(*used) == counted && used > max
            }
            (TeamCommand::Leave { .. }, Declined::Team(TeamDeclined::LastOwner { member })) => {
                let owners: Vec<_> = members.values().filter(|seat| seat.role == Role::Owner).collect();
                member == of_command && members.len() > 1 && owners.len() == 1 && owners[0].member == *member
            }
            _ => false,
        }
    }
}

/// What a plan gives a month, and a day.
pub(super) fn gives(plan: &Plan) -> [Nanos; 2] {
    let sum = |daily: bool| -> Nanos {
        let such = plan.allowances().iter().filter(|allowance| allowance.every().is_daily() == daily);
        such.map(|allowance| nanos(allowance.amount())).sum()
    };
    [sum(false), sum(true)]
}

/// The plan that takes over at the end of a period, where that is paid for.
pub(super) fn paid_change(known: &Subscription) -> Option<&Scheduled> {
    known.scheduled.as_ref().filter(|next| next.at < known.paid_until)
}

/// The referee was rewarded for before, or waits for it.
fn had(state: &ReferredState, referral: Option<&Referral>, declined: &RewardDeclined) -> bool {
    match (declined, state) {
        (RewardDeclined::Pending { referral: told }, ReferredState::Pending)
        | (RewardDeclined::TakenBack { referral: told }, ReferredState::Revoked) => referral == Some(told),
        (RewardDeclined::GivenAlready { referral: told, grant }, ReferredState::Given { grant: given }) => {
            referral == Some(told) && grant == given
        }
        _ => false,
    }
}
