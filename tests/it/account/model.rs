//! An account as one would keep it on paper: everything that ever was is kept, and every number is counted anew from all
//! of it. It shares no code with the crate's account, and knows no index, snapshot or record.

#![expect(
    clippy::result_large_err,
    reason = "a refusal of the model is compared as it is, and nothing here is in haste"
)]

mod change;
mod earn;
mod end;
mod limits;
mod look;
mod pay;
pub(crate) mod plans;
mod subscribe;
mod sum;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use studio_credits::account::Declined;
use studio_credits::journal::{ChargeState, Command, DebtOf, Ended, Seat, Status};
use studio_credits::plan::PlanBook;
use studio_credits::{Credits, Grant, GrantId, HoldId, Key, Portion, Reference, Spend, Terms, Unit, Work};

use self::earn::{Award, Promise};
use self::limits::Count;
pub(crate) use self::look::{Seen, told};
use self::plans::Plans;
pub(crate) use self::sum::Sums;

/// An amount in billionths.
pub(crate) type Nanos = i128;

pub(crate) const MOST: Nanos = 1_000_000_000_000_000_000_000_000_000;

pub(crate) fn nanos(amount: Credits) -> Nanos {
    let mut decimal: Decimal = amount.into();
    decimal.rescale(9);
    decimal.mantissa()
}

pub(crate) fn credits(nanos: Nanos) -> Credits {
    Decimal::from_i128_with_scale(nanos, 9).try_into().unwrap()
}

#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) unit: Unit,
    pub(crate) mark: Option<DateTime<Utc>>,
    pub(crate) status: Status,
    pub(crate) lots: Vec<Lot>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) debts: Vec<Owing>,
    pub(crate) done: Vec<(Key, Command)>,
    references: Vec<(Reference, Key)>,
    absorbed: Nanos,
    entries: u64,
    lines: Vec<Line>,
    /// Whether what is written is what time does by itself.
    passing: bool,
    pub(crate) plans: Plans,
    pub(crate) members: Vec<Seat>,
    /// Every window that something was limited in.
    counts: Vec<Count>,
    pub(crate) promises: Vec<Promise>,
    awards: Vec<Award>,
}

/// A grant. What is available of it is what its other parts leave.
#[derive(Clone)]
pub(crate) struct Lot {
    pub(crate) id: GrantId,
    pub(crate) terms: Arc<Grant>,
    allows: Arc<Allows>,
    given: DateTime<Utc>,
    pub(crate) ended: Option<Ended>,
    expired: Nanos,
    revoked: Nanos,
    /// What it repaid of what charge-backs made owed.
    covered: Nanos,
}

/// What a restriction names.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Allows {
    studios: Vec<String>,
    tools: Vec<String>,
    models: Vec<String>,
    except_models: Vec<String>,
}

/// So much of the lot at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    lot: usize,
    amount: Nanos,
}

/// A hold, and the charge that it became.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) id: HoldId,
    pub(crate) work: Work,
    pub(crate) amount: Nanos,
    pub(crate) terms: Terms,
    pub(crate) quoted: bool,
    /// What was set aside of which lot.
    parts: Vec<Part>,
    made: DateTime<Utc>,
    pub(crate) lapses: DateTime<Utc>,
    /// What became of it, and when; it is open before.
    pub(crate) fate: Option<(ChargeState, DateTime<Utc>)>,
    /// What is spent of which lot, in the order in which they paid.
    paid: Vec<Part>,
    charged: Nanos,
    refunded: Nanos,
}

/// A debt, which is over for good once it is zero.
#[derive(Clone)]
pub(crate) struct Owing {
    pub(crate) of: DebtOf,
    pub(crate) amount: Nanos,
}

/// Where credits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Where {
    Source,
    Available,
    Held,
    Spent,
    Expired,
    Revoked,
}

/// One fact, as it is to stand in the journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by_time: bool,
    pub(crate) what: What,
    /// Which lot's credits move from where to where, in the order of these.
    pub(crate) moves: Vec<(GrantId, Where, Where, Nanos)>,
    pub(crate) debts: Vec<(DebtOf, Nanos)>,
    pub(crate) sums: Sums,
}

/// The kind of a fact, what it is about, its amounts, and its instant, if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct What {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) amounts: Vec<Nanos>,
    pub(crate) instant: Option<DateTime<Utc>>,
    pub(crate) terms: Option<Arc<Grant>>,
}

impl What {
    pub(crate) fn new(kind: &'static str, name: &(impl ToString + ?Sized), amounts: &[Nanos]) -> Self {
        Self { kind, name: name.to_string(), amounts: amounts.to_vec(), instant: None, terms: None }
    }

    pub(crate) fn until(self, instant: DateTime<Utc>) -> Self {
        Self { instant: Some(instant), ..self }
    }

    pub(crate) fn on(self, terms: &Arc<Grant>) -> Self {
        Self { terms: Some(terms.clone()), ..self }
    }
}

/// What the model has to say to a command.
pub(crate) enum Reply {
    Done(Vec<Line>),
    Repeat,
    /// The key stands for another command.
    Reused,
    /// Why not; and of too few credits, what is usable next and when, which the refusal leaves open.
    Declined(Box<Declined>, Option<(DateTime<Utc>, Nanos)>),
}

type Refused<T> = Result<T, Declined>;

impl Model {
    pub(crate) fn new() -> Self {
        Self {
            unit: Unit::new("credits").unwrap(),
            mark: None,
            status: Status::Open,
            lots: Vec::new(),
            jobs: Vec::new(),
            debts: Vec::new(),
            done: Vec::new(),
            references: Vec::new(),
            absorbed: 0,
            entries: 0,
            lines: Vec::new(),
            passing: false,
            plans: Plans::default(),
            members: Vec::new(),
            counts: Vec::new(),
            promises: Vec::new(),
            awards: Vec::new(),
        }
    }

    pub(crate) fn under(book: Arc<PlanBook>) -> Self {
        let mut model = Self::new();
        model.plans.book = Some(book);
        model
    }

    /// Does what is asked, or says why not, and then nothing is different.
    pub(crate) fn ask(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Reply {
        if let Some((_, first)) = self.done.iter().find(|(known, _)| known == key) {
            return if means_the_same(first, command) { Reply::Repeat } else { Reply::Reused };
        }
        let mut next = self.clone();
        match next.try_to(key, command, now) {
            Ok(()) => {
                let lines = std::mem::take(&mut next.lines);
                next.done.push((key.clone(), command.clone()));
                *self = next;
                Reply::Done(lines)
            }
            Err(declined) => {
                let coming = match (&declined, command, next.mark) {
                    (Declined::Insufficient { .. }, Command::Hold(spend) | Command::Charge(spend), Some(at)) => {
                        next.coming(spend.work(), at)
                    }
                    _ => None,
                };
                Reply::Declined(Box::new(declined), coming)
            }
        }
    }

    fn try_to(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Refused<()> {
        if self.status == Status::Closed {
            return Err(Declined::Closed);
        }
        let now = stored(now)?;
        if let Command::RepairMark { .. } = command {
            let mark = self.mark.unwrap_or(DateTime::UNIX_EPOCH);
            if now >= mark {
                return Err(Declined::MarkSound { now, mark });
            }
            self.mark = Some(now);
            self.plans.set_back(now);
            self.counts.retain(|count| count.window.opens_at() <= now);
            return self.write(now, What::new("mark-repaired", "", &[]).until(mark), Vec::new(), Vec::new());
        }
        let at = match self.mark {
            Some(mark) if mark - now > TimeDelta::minutes(5) => return Err(Declined::TimeBehind { now, mark }),
            Some(mark) => now.max(mark),
            None => now,
        };
        // The first day of an account opens where it is to go by from the start.
        let is_first = self.mark.is_none() && matches!(command, Command::SetZone { .. });
        self.begin(at, !is_first)?;
        self.change(key, command, at)
    }

    /// Lets time do what is due by an instant, and gives what a plan gives of its day.
    fn begin(&mut self, at: DateTime<Utc>, days: bool) -> Refused<()> {
        self.passing = true;
        self.plans.begin_anew();
        if self.mark.is_none() {
            self.write(at, What::new("opened", &self.unit.clone(), &[]), Vec::new(), Vec::new())?;
        }
        self.pass(at)?;
        self.mark = Some(at);
        if days {
            self.open_days(at)?;
        }
        self.passing = false;
        Ok(())
    }

    /// Lets happen what is due, one thing at a time, the earliest first: holds lapse, then lots expire, and then plans
    /// do what they do by themselves.
    fn pass(&mut self, until: DateTime<Utc>) -> Refused<()> {
        let mut last = self.mark.unwrap_or(DateTime::UNIX_EPOCH);
        loop {
            let lapse =
                self.open_jobs().map(|place| (self.jobs[place].lapses, 0, self.jobs[place].id.to_string(), place));
            let sums = self.by_lot();
            let left = (0..self.lots.len()).filter(|place| sums[*place].available > 0);
            let expiry = left.filter_map(|place| {
                let lot = &self.lots[place];
                Some((lot.terms.expires_at()?, 1, lot.id.to_string(), place))
            });
            let turn = self.plans.next_turn().map(|(at, kind, month)| (at, kind, String::new(), month as usize));
            let Some((at, kind, _, place)) = lapse.chain(expiry).chain(turn).filter(|due| due.0 <= until).min() else {
                return Ok(());
            };
            // A month that had no room is late.
            let at = at.max(last);
            last = at;
            if kind > 1 {
                self.turn_plan(kind, u32::try_from(place).unwrap(), at)?;
            } else if kind == 0 {
                let parts = self.jobs[place].parts.clone();
                self.jobs[place].fate = Some((ChargeState::Lapsed, at));
                let moves = self.come_back(&parts, Where::Held, at);
                let lapsed = What::new("lapsed", &self.jobs[place].id, &[]);
                self.write(at, lapsed, moves, Vec::new())?;
            } else {
                self.expire(place, at)?;
            }
        }
    }

    fn expire(&mut self, place: usize, at: DateTime<Utc>) -> Refused<()> {
        let amount = self.by_lot()[place].available;
        self.lots[place].expired += amount;
        let expired = What::new("expired", &self.lots[place].id, &[]);
        let moves = vec![(self.lots[place].id.clone(), Where::Available, Where::Expired, amount)];
        self.write(at, expired, moves, Vec::new())?;
        self.roll_over(place, amount, at)
    }

    fn open_jobs(&self) -> impl Iterator<Item = usize> {
        (0..self.jobs.len()).filter(|place| self.jobs[*place].fate.is_none())
    }

    fn open_debts(&self) -> impl Iterator<Item = &Owing> {
        self.debts.iter().filter(|debt| debt.amount > 0)
    }

    pub(crate) fn owed_for(&self, of: &DebtOf) -> Nanos {
        self.open_debts().find(|debt| debt.of == *of).map_or(0, |debt| debt.amount)
    }

    /// Changes a debt: one that is over is not reopened, there is a new one.
    fn owe(&mut self, of: &DebtOf, by: Nanos) {
        match self.debts.iter_mut().find(|debt| debt.amount > 0 && debt.of == *of) {
            Some(debt) => debt.amount += by,
            None => self.debts.push(Owing { of: of.clone(), amount: by }),
        }
    }

    /// Writes a line with what all sums are after it, unless one of them is beyond all amounts.
    fn write(
        &mut self,
        at: DateTime<Utc>,
        what: What,
        mut moves: Vec<(GrantId, Where, Where, Nanos)>,
        mut debts: Vec<(DebtOf, Nanos)>,
    ) -> Refused<()> {
        let sums = self.sums();
        let given =
            moves.iter().filter(|(_, from, _, _)| *from == Where::Source).map(|(_, _, _, amount)| *amount).sum();
        let owed = debts.iter().map(|(_, by)| by).sum();
        let absorbed = if what.kind == "settled" { what.amounts[1] } else { 0 };
        for (sum, amount) in [(sums.granted, given), (sums.debt, owed), (sums.absorbed, absorbed)] {
            if sum > MOST {
                return Err(Declined::OutOfRange { amount: credits(amount) });
            }
        }
        moves.sort();
        debts.sort();
        self.entries += 1;
        self.lines.push(Line { at, by_time: self.passing, what, moves, debts, sums });
        Ok(())
    }
}

/// An instant that can be stored.
pub(crate) fn stored(now: DateTime<Utc>) -> Refused<DateTime<Utc>> {
    let year = now.format("%Y").to_string().parse().unwrap();
    if (1970..=9999).contains(&year) {
        Ok(DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap())
    } else {
        Err(Declined::TimeOutOfRange { year })
    }
}

/// Whether two commands have one intent: all of them, but for the amount of a spend with a cap, and for what a price
/// was made of: the quote, the facts, and what comes of them.
pub(crate) fn means_the_same(first: &Command, now: &Command) -> bool {
    match (first, now) {
        (Command::Hold(first), Command::Hold(now)) | (Command::Charge(first), Command::Charge(now)) => {
            let same_amount = match (asked(first), asked(now)) {
                (None, None) => first.amount_max().is_some() || first.amount() == now.amount(),
                (first, now) => first == now,
            };
            same_amount
                && (first.work(), first.amount_max(), first.unit(), first.terms())
                    == (now.work(), now.amount_max(), now.unit(), now.terms())
        }
        (Command::Settle { hold, settlement }, Command::Settle { hold: other, settlement: now }) => {
            let same_due = match (settlement.due(), now.due()) {
                (Portion::Priced { delivery, .. }, Portion::Priced { delivery: now, .. }) => delivery == now,
                (first, now) => first == now,
            };
            hold == other && settlement.outcome() == now.outcome() && same_due
        }
        _ => first == now,
    }
}

/// What was quoted, without what only the caller knows.
fn asked(spend: &Spend) -> Option<serde_json::Value> {
    let mut asked = serde_json::to_value(spend.quoted()?.basis().request()).unwrap();
    asked["facts"].take();
    Some(asked)
}
