//! Who spends from a shared account, and how much.

use super::{DecideError, Declined, Lifts, declined::TeamDeclined, draft::Draft};
use crate::{
    ids::Member,
    journal::{Counted, Counter, Fact, MonthMax, Role, Seat, TeamCommand},
    plan::Plan,
};

impl Draft<'_> {
    pub(super) fn team(&mut self, command: &TeamCommand) -> Result<(), DecideError> {
        let standing = self.staged.standing();
        match command {
            TeamCommand::Join { member, role } => {
                if standing.member(member).is_some() {
                    return Err(TeamDeclined::MemberAlready { member: member.clone() }.into());
                }
                // Those of the plan that is to take over, too: its members cannot be sent away then.
                let scheduled = standing.subscription.as_ref().and_then(|it| it.scheduled.as_ref());
                let plans = self.staged.plan_at(self.at).into_iter().chain(scheduled.map(|next| &next.plan));
                let seats = plans.filter_map(|plan| plan.limits().seats()).min();
                let max = seats.map_or(Seat::MAX, |seats| usize::try_from(seats).unwrap_or(Seat::MAX).min(Seat::MAX));
                // Whoever left is counted for until the month is over, so that nobody spends twice by coming back.
                let is_gone = |counter: &&Counter| {
                    let Counted::Member(gone) = &counter.of else { return false };
                    gone != member && standing.member(gone).is_none() && self.at < counter.window.closes_at()
                };
                let gone = standing.counters.iter().filter(is_gone).count();
                let members = standing.members.len().saturating_add(1);
                let max = max.min(Seat::MAX.saturating_sub(gone));
                if members > max {
                    let (member, lifts) = (member.clone(), Lifts::default());
                    return Err(TeamDeclined::NoSeat { member, seats: max, lifts }.into());
                }
                if *role == Role::Member && standing.members.is_empty() {
                    return Err(TeamDeclined::NoOwner { member: member.clone() }.into());
                }
                let seat = Seat { member: member.clone(), role: *role, month_max: MonthMax::OfPlan };
                Ok(self.write(Fact::Joined { seat }, vec![], vec![])?)
            }
            TeamCommand::Limit { member, month_max } => {
                let seat = self.member(member)?.clone();
                if let MonthMax::Credits(max) = month_max {
                    let used = self.staged.counter(Counted::Member(member.clone()), self.at)?.used;
                    if used > *max {
                        return Err(TeamDeclined::LimitBelowUse { member: member.clone(), max: *max, used }.into());
                    }
                }
                let seat = Seat { month_max: *month_max, ..seat };
                Ok(self.write(Fact::Limited { seat }, vec![], vec![])?)
            }
            TeamCommand::Leave { member } => {
                let role = self.member(member)?.role;
                let owners = standing.members.iter().filter(|seat| seat.role == Role::Owner).count();
                if role == Role::Owner && owners == 1 && standing.members.len() > 1 {
                    return Err(TeamDeclined::LastOwner { member: member.clone() }.into());
                }
                Ok(self.write(Fact::Left { member: member.clone() }, vec![], vec![])?)
            }
        }
    }

    fn member(&self, member: &Member) -> Result<&Seat, Box<Declined>> {
        let seat = self.staged.standing().member(member);
        seat.ok_or_else(|| TeamDeclined::NotAMember { member: member.clone() }.into())
    }
}

/// How many seats a plan has, where these are too few for so many members.
pub(super) fn too_few_seats(plan: &Plan, members: usize) -> Option<u32> {
    plan.limits().seats().filter(|seats| usize::try_from(*seats).is_ok_and(|seats| members > seats))
}
