//! What an entry of each kind may move: the laws, held against entries that are folded.

use chrono::{DateTime, Utc};

use super::{Account, declined::instant, lot::Unfit, staged::Staged};
use crate::{
    credits::Credits,
    ids::{GrantId, HoldId},
    journal::{
        Adjustment,
        Bucket::{self, Available, Expired, Held, Revoked, Source, Spent},
        DebtOf, Ended, Entry, Fact, Given, Hold, Lot, Posting, Status, Window,
    },
    planted::planted,
    spend::Overage,
    work::Work,
};

type Broken = Result<(), String>;

/// Whether an entry stands where it belongs: the next of this account, at no earlier time, in a status that allows it.
pub(super) fn follows(account: &Account, entry: &Entry) -> Broken {
    let Account { id, unit, seq, mark, status, .. } = account;
    if entry.account != *id {
        return Err(format!("it is of account `{}`", entry.account));
    }
    if seq.checked_add(1) != Some(entry.seq) {
        return Err(format!("it follows entry {seq}"));
    }
    let in_time = match &entry.fact {
        Fact::MarkRepaired { from, .. } => from == mark && entry.at < *mark,
        _ => entry.at >= *mark || planted!("raw-clock"),
    };
    if !in_time {
        return Err(format!("it is at {}, and the mark is {}", instant(&entry.at), instant(mark)));
    }
    let opens = match &entry.fact {
        Fact::Opened { unit: of } => of == unit,
        _ => false,
    };
    if opens != (*seq == 0) {
        return Err("an account is opened once, in its own unit".to_owned());
    }
    match (&entry.fact, status) {
        (_, Status::Closed) => Err("the account is closed".to_owned()),
        (Fact::Held { .. } | Fact::Charged { .. }, Status::Frozen) if !planted!("frozen-goes-on") => {
            Err("the account is frozen".to_owned())
        }
        (Fact::Frozen { .. }, Status::Frozen) | (Fact::Thawed { .. }, Status::Open) => {
            Err("its status is so already".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether an entry moves what its kind may move, and as much as it says. The lots are as they were before it moves.
#[expect(clippy::too_many_lines, reason = "each kind of fact has its law")]
pub(super) fn legs(staged: &Staged<'_>, entry: &Entry) -> Broken {
    let legs = Legs { staged, entry };
    match &entry.fact {
        Fact::Granted { grant, terms }
        | Fact::Renewed { grant, terms, .. }
        | Fact::RolledOver { grant, terms, .. }
        | Fact::Rewarded { grant, terms, .. } => legs.gives(grant, terms.amount()),
        Fact::Allowed { grant, terms, given } => {
            legs.gives(grant, terms.amount())?;
            legs.gives_once(given, terms.amount())
        }
        Fact::Subscribed { .. } => {
            is(staged.standing().subscription.is_none(), "there is a subscription already")?;
            legs.nothing()
        }
        Fact::SubscriptionRenewed { .. }
        | Fact::ChangeScheduled { .. }
        | Fact::Cancelled { .. }
        | Fact::Resumed { .. }
        | Fact::PaymentFailed { .. }
        | Fact::PlanChanged { ends: false, .. } => {
            is(staged.standing().subscription.is_some(), "there is no subscription")?;
            legs.nothing()
        }
        Fact::PlanChanged { ends: true, .. } | Fact::SubscriptionEnded { .. } => legs.ends_lots(),
        Fact::Opened { .. }
        | Fact::Frozen { .. }
        | Fact::Thawed { .. }
        | Fact::MarkRepaired { .. }
        | Fact::ZoneSet { .. }
        | Fact::Joined { .. }
        | Fact::Limited { .. }
        | Fact::Left { .. }
        | Fact::RewardPromised { .. }
        | Fact::RewardWithdrawn { .. }
        | Fact::AutoTopUpSet { .. } => legs.nothing(),
        Fact::Repaid { grant } => legs.repays(grant),
        Fact::Held { hold, work, amount, lapses_at, .. } => {
            is(!staged.base.holds.contains_key(hold), "the hold is open already")?;
            is(*lapses_at > entry.at, "the hold is over before it starts")?;
            legs.only(&[(Available, Held)])?;
            legs.pay(work)?;
            legs.debts(&[])?;
            legs.sum(Held, *amount)
        }
        Fact::Charged { work, amount, .. } => {
            legs.only(&[(Available, Spent)])?;
            legs.pay(work)?;
            legs.debts(&[])?;
            legs.sum(Spent, *amount)
        }
        Fact::Settled { hold, work, charged, late, .. } => legs.settles(hold, work, *charged, *late),
        Fact::Released { hold, .. } => {
            legs.debts(&[])?;
            legs.returns(legs.open(hold)?, |leg| leg.to != Spent)
        }
        Fact::Lapsed { hold } => {
            let hold = staged.base.holds.get(hold).ok_or("the hold is not open")?;
            is(hold.lapses_at == entry.at, "a hold lapses at its deadline")?;
            legs.debts(&[])?;
            legs.returns(hold, |leg| leg.to != Spent)
        }
        Fact::MarkedUnknown { hold, lapses_at } | Fact::Extended { hold, lapses_at } => {
            is(*lapses_at >= legs.open(hold)?.lapses_at, "a deadline is never brought forward")?;
            legs.nothing()
        }
        Fact::Refunded { charge, amount, .. } => legs.refunds(charge, *amount),
        Fact::Expired { grant } => {
            let lot = staged.lot(grant).ok_or("there is no such lot")?;
            is(lot.has_expired(entry.at), "the lot has not expired")?;
            legs.takes_rest_of(grant, Expired)?;
            legs.debts(&[])
        }
        Fact::Revoked { grant, .. } => {
            legs.takes_rest_of(grant, Revoked)?;
            legs.debts(&[])
        }
        Fact::ChargedBack { grant, .. } => {
            legs.takes_rest_of(grant, Revoked)?;
            let spent = staged.lot(grant).map(|lot| lot.spent);
            let of = DebtOf::ChargeBack(grant.clone());
            is(entry.debts.iter().all(|debt| debt.of == of), "it owes for others")?;
            let owed = legs.owed(|_| true)?;
            let owes = spent.is_none_or(|spent| spent == owed) || planted!("charge-back-owes-nothing");
            is(!owed.is_negative() && owes, "it owes other than was spent")
        }
        Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => {
            let lot = entry.postings.first().map(|leg| &leg.lot).ok_or("it gives nothing")?;
            legs.gives(lot, terms.amount())
        }
        Fact::Adjusted { adjustment: Adjustment::Take(amount), .. } => {
            legs.only(&[(Available, Revoked)])?;
            legs.debts(&[])?;
            legs.sum(Revoked, *amount)
        }
        Fact::Adjusted { adjustment: Adjustment::Forgive(amount), .. } => {
            is(entry.postings.is_empty(), "it moves credits")?;
            is(legs.owed(|_| true)?.checked_add(*amount) == Some(Credits::ZERO), "it forgives another amount")
        }
        Fact::Closed { .. } => {
            legs.only(&[(Available, Revoked)])?;
            legs.debts(&[])?;
            is(staged.base.holds.is_empty(), "holds are open")?;
            legs.sum(Revoked, staged.totals.available)
        }
    }
}

fn is(holds: bool, otherwise: &str) -> Broken {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

struct Legs<'a> {
    staged: &'a Staged<'a>,
    entry: &'a Entry,
}

impl<'a> Legs<'a> {
    fn at(&self) -> DateTime<Utc> {
        self.entry.at
    }

    fn nothing(&self) -> Broken {
        is(self.entry.postings.is_empty() && self.entry.debts.is_empty(), "it moves credits")
    }

    fn only(&self, moves: &[(Bucket, Bucket)]) -> Broken {
        is(self.entry.postings.iter().all(|leg| moves.contains(&(leg.from, leg.to))), "it moves what it may not move")
    }

    /// The amount of all legs that a test picks.
    fn amount(&self, pick: impl Fn(&Posting) -> bool) -> Result<Credits, String> {
        let picked = self.entry.postings.iter().filter(|leg| pick(leg)).map(|leg| leg.amount);
        Credits::checked_sum(picked).ok_or_else(|| "its legs are out of range".to_owned())
    }

    fn sum(&self, to: Bucket, amount: Credits) -> Broken {
        is(self.amount(|leg| leg.to == to)? == amount, "its legs do not add up to its amount")
    }

    /// By how much debts that a test picks grow.
    fn owed(&self, pick: impl Fn(&DebtOf) -> bool) -> Result<Credits, String> {
        let picked = self.entry.debts.iter().filter(|debt| pick(&debt.of)).map(|debt| debt.by);
        Credits::checked_sum(picked).ok_or_else(|| "its debts are out of range".to_owned())
    }

    fn debts(&self, of: &[&DebtOf]) -> Broken {
        is(self.entry.debts.iter().all(|debt| of.contains(&&debt.of)), "it changes debts")
    }

    /// Each lot that pays of what is available may pay for this work, at this instant.
    fn pay(&self, work: &Work) -> Broken {
        for leg in self.entry.postings.iter().filter(|leg| leg.from == Available) {
            let lot = self.staged.lot(&leg.lot).ok_or("there is no such lot")?;
            match lot.fit(Some(work), self.at()) {
                Ok(()) => {}
                Err(Unfit::NotYet(_)) => return Err(format!("lot `{}` is not usable yet", leg.lot)),
                Err(Unfit::Over(_)) => return Err(format!("lot `{}` has expired", leg.lot)),
                Err(Unfit::OtherWork) => return Err(format!("lot `{}` is for other work", leg.lot)),
            }
        }
        Ok(())
    }

    fn gives(&self, grant: &GrantId, amount: Credits) -> Broken {
        let all = self.entry.postings.iter().all(|leg| leg.lot == *grant && (leg.from, leg.to) == (Source, Available));
        is(all, "it moves what it may not move")?;
        self.debts(&[])?;
        self.sum(Available, amount)
    }

    /// An allowance gives of one window once, and of windows one after the other.
    fn gives_once(&self, given: &Given, amount: Credits) -> Broken {
        let known = self.staged.standing().given(&given.allowance);
        let before = match known {
            Some(known) if known.window == given.window => known.amount,
            Some(Given { window: known @ Window::Day(_), .. }) => {
                let follows = given.window.opens_at() >= known.closes_at() || !matches!(given.window, Window::Day(_));
                is(follows, "it gives of a day that is over")?;
                Credits::ZERO
            }
            _ => Credits::ZERO,
        };
        is(before.checked_add(amount) == Some(given.amount), "it gives other than is missing of its window")
    }

    /// Everything that is available of the lots that end with the plan expires.
    fn ends_lots(&self) -> Broken {
        self.only(&[(Available, Expired)])?;
        self.debts(&[])?;
        let of_plan = |lot: &Lot| lot.ended == Some(Ended::WithPlan);
        let own = |leg: &Posting| self.staged.lot(&leg.lot).is_some_and(of_plan);
        is(self.entry.postings.iter().all(own), "it takes of what does not end with the plan")?;
        let rest = Credits::checked_sum(self.staged.live().filter(|lot| of_plan(lot)).map(|lot| lot.available));
        self.sum(Expired, rest.unwrap_or(Credits::MAX))
    }

    fn repays(&self, grant: &GrantId) -> Broken {
        self.only(&[(Available, Spent)])?;
        is(self.entry.postings.iter().all(|leg| leg.lot == *grant), "another grant pays")?;
        is(self.entry.debts.iter().all(|debt| debt.by.is_negative()), "a debt grows")?;
        let even = self.owed(|_| true)?.checked_add(self.amount(|_| true)?) == Some(Credits::ZERO);
        is(even, "it repays another amount than it takes")
    }

    fn open(&self, hold: &HoldId) -> Result<&'a Hold, String> {
        let hold = self.staged.base.holds.get(hold).ok_or("the hold is not open")?;
        let open = hold.lapses_at > self.at() || planted!("lapse-needs-a-sweep");
        if open { Ok(hold) } else { Err("the hold has lapsed".to_owned()) }
    }

    /// What a hold set aside goes, lot by lot and as a whole, to what is spent or back where it came from.
    fn returns(&self, hold: &Hold, allowed: impl Fn(&Posting) -> bool) -> Broken {
        let of_hold = || self.entry.postings.iter().filter(|leg| leg.from == Held);
        for leg in of_hold() {
            let home = self.staged.home(&leg.lot, self.at());
            is(leg.to == Spent || Some(leg.to) == home, "credits return to where they did not come from")?;
            is(allowed(leg), "a hold that is not settled is spent")?;
        }
        for part in &hold.parts {
            let back = self.amount(|leg| leg.from == Held && leg.lot == part.lot)?;
            is(back == part.amount, "a part of the hold goes elsewhere")?;
        }
        is(self.amount(|leg| leg.from == Held)? == hold.amount, "it resolves other than the hold")?;
        is(of_hold().count() == self.entry.postings.len() || self.is_settled(), "it moves what it may not move")
    }

    fn is_settled(&self) -> bool {
        matches!(self.entry.fact, Fact::Settled { .. })
    }

    fn settles(&self, id: &HoldId, work: &Work, charged: Credits, late: bool) -> Broken {
        self.pay(work)?;
        if late {
            is(!self.staged.base.holds.contains_key(id), "the hold is open")?;
            self.only(&[(Available, Spent)])?;
        } else {
            let hold = self.open(id)?;
            self.only(&[(Held, Spent), (Held, Available), (Held, Expired), (Held, Revoked), (Available, Spent)])?;
            self.returns(hold, |_| true)?;
            let beyond = self.amount(|leg| leg.from == Available)?;
            let capped = hold.terms.overage() == Overage::Cap && !planted!("cap-exceeded");
            is(beyond.is_zero() || !capped, "more than was held is charged of a capped hold")?;
            is(
                beyond.is_zero() || self.amount(|leg| leg.from == Held && leg.to != Spent)?.is_zero(),
                "it takes before it spends what was held",
            )?;
        }
        let of = DebtOf::Charge(id.clone());
        let owed = self.owed(|debt| *debt == of)?;
        is(!owed.is_negative(), "settling pays a debt")?;
        is(self.amount(|leg| leg.to == Spent)?.checked_add(owed) == Some(charged), "another amount is charged")?;
        for debt in self.entry.debts.iter().filter(|debt| debt.of != of) {
            let DebtOf::ChargeBack(grant) = &debt.of else { return Err("it changes another debt".to_owned()) };
            is(self.is_charged_back(grant), "it owes for a grant that was not charged back")?;
        }
        let spent_back = self.amount(|leg| leg.to == Spent && self.is_charged_back(&leg.lot))?;
        let owed = self.owed(|debt| *debt != of)? == spent_back || planted!("held-charge-back-forgotten");
        is(owed, "what is spent of a charged-back grant is not owed")
    }

    fn is_charged_back(&self, grant: &GrantId) -> bool {
        self.staged.lot(grant).is_some_and(|lot| lot.ended == Some(Ended::ChargedBack))
    }

    fn refunds(&self, charge: &HoldId, amount: Credits) -> Broken {
        for leg in &self.entry.postings {
            let home = self.staged.home(&leg.lot, self.at());
            let home = Some(leg.to) == home || planted!("refund-revives-expired");
            is(leg.from == Spent && home, "credits return to where they did not come from")?;
        }
        let of = DebtOf::Charge(charge.clone());
        for debt in &self.entry.debts {
            is(debt.by.is_negative(), "a refund makes a debt")?;
            if let DebtOf::ChargeBack(grant) = &debt.of {
                let back = self.amount(|leg| leg.lot == *grant)?;
                is(
                    debt.by.checked_add(back).is_some_and(|left| !left.is_negative()),
                    "more than came back is forgiven",
                )?;
            } else {
                is(debt.of == of, "it changes another debt")?;
            }
        }
        let lowered = self.owed(|debt| *debt == of)?;
        let back = self.amount(|_| true)?.checked_sub(lowered);
        is(back == Some(amount) && amount > Credits::ZERO, "another amount is refunded")
    }

    fn takes_rest_of(&self, grant: &GrantId, to: Bucket) -> Broken {
        let all = self.entry.postings.iter().all(|leg| leg.lot == *grant && (leg.from, leg.to) == (Available, to));
        is(all, "it moves what it may not move")?;
        let rest = self.staged.lot(grant).map_or(Credits::ZERO, |lot| lot.available);
        self.sum(to, rest)
    }
}
