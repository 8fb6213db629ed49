//! Everything that a credits window shows of an account, at one instant.

mod plan;
mod row;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use self::{
    plan::{Added, PlanLimit, PlanView, Refill, SubscriptionView, TopUpView, UpgradeView},
    row::{HoldView, KindView, LotView},
};
use super::{Account, Balance, DecideError, Records, Upcoming};
use crate::{
    credits::Credits,
    ids::{Key, Member, Unit},
    journal::{MonthMax, Role, Status},
    plan::Zone,
};

/// Everything that a credits window shows of an account, at one instant: what there is, what comes, what the plan
/// limits, and what would add to it.
///
/// Serialised, amounts are decimal strings and instants are in UTC; the zone of the account stands beside them. It is
/// made of the state that enforces, so what is shown is what holds, and costs the same after a million entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AccountView {
    /// What the amounts are counted in.
    pub unit: Unit,
    /// The instant, never before the account's mark.
    pub at: DateTime<Utc>,
    /// Whether it takes new work.
    pub status: Status,
    /// Whose clock its days and months go by.
    pub zone: Zone,
    /// What can be spent now, on some work at least.
    pub available: Credits,
    /// How much of that is for some work only.
    pub restricted: Credits,
    /// What is granted, and not usable yet.
    pub upcoming: Credits,
    /// What open holds set aside.
    pub held: Credits,
    /// What is owed.
    pub debt: Credits,
    /// What is available by kind of grant, in the order of kinds.
    pub by_kind: Vec<KindView>,
    /// What is left of which grant, in the order of spending.
    pub lots: Vec<LotView>,
    /// What is under way, the next to lapse first.
    pub holds: Vec<HoldView>,
    /// What expires next of what is available.
    pub next_expiry: Option<Upcoming>,
    /// What the plan gives next.
    pub next_refill: Option<Upcoming>,
    /// What each allowance of the plan gives next, sorted by name.
    pub refills: Vec<Refill>,
    /// The plan in force.
    pub plan: Option<PlanView>,
    /// What is limited, and how much of it is used.
    pub limits: Vec<PlanLimit>,
    /// Who spends from it.
    pub members: Vec<MemberView>,
    /// What other plans would add, in the order of their book.
    pub upgrades: Vec<UpgradeView>,
    /// What can be bought on top.
    pub top_ups: Vec<TopUpView>,
}

/// A member, as a credits window shows one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MemberView {
    /// Who.
    pub member: Member,
    /// What they may do beside spending.
    pub role: Role,
    /// How much they may spend a month; the limits tell how much of it is used.
    pub month_max: MonthMax,
}

impl Account {
    /// Everything that a credits window shows, at an instant. Looking writes nothing: a new day's credits are there.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account, books};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let view = account.under(books::imagineart_plans().into()).view_at("2026-11-29T12:00:00Z".parse()?)?;
    /// let shown = serde_json::to_value(&view)?;
    /// assert_eq!((&shown["available"], &shown["plan"]["title"]), (&"50".into(), &"Free".into()));
    /// assert_eq!(shown["next_refill"]["at"], "2026-11-30T00:00:00Z");
    /// assert_eq!(shown["upgrades"][0]["adds"][0]["amount"], "3000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Account::balance_at`].
    pub fn view_at(&self, now: DateTime<Utc>) -> Result<AccountView, DecideError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        let draft = self.seen_at(&records, &key, now)?;
        let (staged, at) = (&draft.staged, draft.at);
        let Balance { unit, available, restricted, upcoming, held, debt, by_kind, next_expiry, .. } = draft.balance();
        let standing = staged.standing();
        let members = standing.members.iter().map(|seat| MemberView {
            member: seat.member.clone(),
            role: seat.role,
            month_max: seat.month_max,
        });
        Ok(AccountView {
            unit,
            at,
            status: self.status,
            zone: standing.zone,
            available,
            restricted,
            upcoming,
            held,
            debt,
            by_kind: by_kind.into_iter().map(|(kind, amount)| KindView { kind, amount }).collect(),
            lots: staged.lots_shown(at),
            holds: draft.holds_shown(),
            next_expiry,
            next_refill: staged.next_refill(None, at),
            refills: staged.refills_shown(at),
            plan: staged.plan_shown(at),
            limits: draft.limits_shown()?,
            members: members.collect(),
            upgrades: staged.upgrades_shown(at),
            top_ups: staged.top_ups_shown(at),
        })
    }
}
