//! What a command would write: entries and records, one after the other, each on top of those before it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Account, DecideError, Records,
    agenda::{Due, Event},
    changes::Changes,
    fold::Corrupt,
    staged::Staged,
    turn::Turn,
};
use crate::{
    credits::Credits,
    ids::{GrantId, HoldId, Key},
    journal::{
        Bucket, Charge, ChargeState, Command, Counter, DebtChange, Entry, Fact, Format, Hold, Lot, Part, Posting,
        Receipt, Record, Status,
    },
    planted::planted,
};

pub(super) struct Draft<'a> {
    pub(super) staged: Staged<'a>,
    pub(super) records: &'a Records,
    pub(super) key: &'a Key,
    pub(super) at: DateTime<Utc>,
    entries: Vec<Arc<Entry>>,
    /// How many entries are there before the command's own.
    before: usize,
    /// The instant of what is written while time passes, which no key has caused.
    passing: Option<DateTime<Utc>>,
    /// The first month of the subscription that was not looked at yet.
    pub(super) months_tried: u32,
    /// Whether this is to look at only, without records.
    pub(super) is_look: bool,
    /// Counters that begin with the next entry.
    pub(super) counters: Vec<Counter>,
    /// How many holds have lapsed by now, and how many parts they had.
    lapsed: (usize, usize),
    /// The rows to be stored, but for the receipt and for lots that are used up.
    rows: Vec<Record>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(base: &'a Account, records: &'a Records, key: &'a Key, at: DateTime<Utc>) -> Self {
        // Nearly every command writes one entry.
        let (entries, rows) = (Vec::with_capacity(1), Vec::new());
        Self {
            staged: Staged::of(base),
            records,
            key,
            at,
            entries,
            before: 0,
            passing: None,
            months_tried: 0,
            is_look: false,
            counters: Vec::new(),
            lapsed: (0, 0),
            rows,
        }
    }

    pub(super) fn base(&self) -> &'a Account {
        self.staged.base
    }

    /// Opens an account that is new, lets time do what is due, and gives what the plan gives of the day if it is to.
    pub(super) fn begin(&mut self, days: bool) -> Result<(), DecideError> {
        self.passing = Some(self.at);
        if self.base().seq == 0 {
            let unit = self.base().unit.clone();
            self.write(Fact::Opened { unit }, Vec::new(), Vec::new())?;
        }
        if self.base().status == Status::Closed {
            // It can still be looked at.
            self.passing = None;
            return Ok(());
        }
        self.pass_time()?;
        self.passing = Some(self.at);
        if days {
            self.open_days()?;
        }
        self.passing = None;
        self.before = self.entries.len();
        Ok(())
    }

    /// Gives what the plan gives by now, after a command has changed that.
    pub(super) fn catch_up(&mut self) -> Result<(), DecideError> {
        while let Some((_, turn)) = self.next_turn() {
            let written = self.entries.len();
            self.turn(self.at, turn)?;
            self.expire_given(written)?;
        }
        self.open_days()
    }

    /// When what is written now happens: while time passes, at the instant of what is due.
    pub(super) fn instant(&self) -> DateTime<Utc> {
        self.passing.unwrap_or(self.at)
    }

    /// Lets a month expire that was paid for after it had closed, before the next one is given: its rest rolls over.
    fn expire_given(&mut self, written: usize) -> Result<(), DecideError> {
        let mut agenda = BTreeSet::new();
        self.note_expiries(written, &mut agenda);
        while let Some(Due { what: Event::Expire(id), .. }) = agenda.pop_first() {
            self.expire(&id, &mut agenda)?;
        }
        Ok(())
    }

    /// What the subscription does next by itself, of what is due by now.
    fn next_turn(&self) -> Option<(DateTime<Utc>, Turn)> {
        self.staged.standing().next_turn(self.months_tried).filter(|(at, _)| *at <= self.at)
    }

    /// Writes an entry of the command, or of what time does by itself.
    pub(super) fn write(&mut self, fact: Fact, postings: Vec<Posting>, debts: Vec<DebtChange>) -> Result<(), Corrupt> {
        match self.passing {
            Some(at) => self.write_at(at, None, fact, postings, debts),
            None => self.write_at(self.at, Some(self.key.clone()), fact, postings, debts),
        }
    }

    fn write_at(
        &mut self,
        at: DateTime<Utc>,
        key: Option<Key>,
        fact: Fact,
        postings: Vec<Posting>,
        debts: Vec<DebtChange>,
    ) -> Result<(), Corrupt> {
        let staged = &mut self.staged;
        let done = postings.iter().try_for_each(|posting| staged.post(posting));
        done.and_then(|()| debts.iter().try_for_each(|change| staged.owe(change)))
            .map_err(|what| self.corrupt(what))?;
        if let Fact::Settled { absorbed, .. } = &fact {
            let sum = self.staged.totals.absorbed.checked_add(*absorbed);
            self.staged.totals.absorbed = sum.ok_or_else(|| self.corrupt("what was absorbed is out of range"))?;
        }
        let (account, seq, totals) = (self.base().id.clone(), self.next_seq(), self.staged.totals);
        let counters = std::mem::take(&mut self.counters);
        let entry =
            Entry { format: Format, account, seq, at, key, fact, postings, debts, counters, totals, hash: None };
        self.staged.stand(&entry).map_err(|what| self.corrupt(what))?;
        self.entries.push(Arc::new(entry));
        Ok(())
    }

    /// The place of the entry that is written next.
    pub(super) fn next_seq(&self) -> u64 {
        let written = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        self.base().seq.saturating_add(written).saturating_add(1)
    }

    /// Lets holds lapse, lots expire and the subscription take its turns, each at its own instant, up to now.
    fn pass_time(&mut self) -> Result<(), DecideError> {
        let (dues, turn_at) = (&self.base().dues, self.base().turn_at);
        if dues.first().is_none_or(|due| due.at > self.at) && turn_at.is_none_or(|at| at > self.at) {
            return Ok(());
        }
        let mut agenda: BTreeSet<_> = dues.iter().take_while(|due| due.at <= self.at).cloned().collect();
        loop {
            let turn = self.next_turn();
            let is_before = |due: &Due| turn.is_none_or(|(at, _)| due.at <= at);
            if let Some(Due { at, what }) = agenda.first().is_some_and(is_before).then(|| agenda.pop_first()).flatten()
            {
                self.pass_to(at);
                match what {
                    Event::Lapse(id) => self.lapse(id, &mut agenda)?,
                    Event::Expire(id) => self.expire(&id, &mut agenda)?,
                }
            } else if let Some((at, turn)) = turn {
                self.pass_to(at);
                let written = self.entries.len();
                self.turn(self.passing.unwrap_or(at), turn)?;
                self.note_expiries(written, &mut agenda);
            } else {
                return Ok(());
            }
        }
    }

    /// Lets what is written next happen at an instant, or with the entry before where that is later.
    fn pass_to(&mut self, at: DateTime<Utc>) {
        let last = self.entries.last().map_or(self.base().mark, |entry| entry.at);
        self.passing = Some(at.max(last));
    }

    fn lapse(&mut self, id: HoldId, agenda: &mut BTreeSet<Due>) -> Result<(), Corrupt> {
        let hold = self.base().hold(&id).filter(|_| !planted!("lapse-needs-a-sweep"));
        let (Some(hold), Some(at)) = (hold, self.passing) else { return Ok(()) };
        let postings = self.returned(&hold.parts, at)?;
        let (holds, parts) = self.lapsed;
        self.lapsed = (holds.saturating_add(1), parts.saturating_add(hold.parts.len()));
        self.rows.push(Record::Charge(charge_of(hold, ChargeState::Lapsed, at)));
        self.write(Fact::Lapsed { hold: id }, postings, Vec::new())?;
        let lots = hold.parts.iter().filter_map(|part| self.staged.lot(&part.lot));
        let expiring = lots.filter_map(|lot| Some(Due::expire(lot.grant.expires_at()?, &lot.id)));
        agenda.extend(expiring.filter(|due| (at..=self.at).contains(&due.at)));
        Ok(())
    }

    fn expire(&mut self, id: &GrantId, agenda: &mut BTreeSet<Due>) -> Result<(), DecideError> {
        let lot = self.staged.lot(id).filter(|lot| !lot.available.is_zero() && !planted!("expiry-needs-a-sweep"));
        let Some(lot) = lot.cloned() else { return Ok(()) };
        let posting = posting(id, Bucket::Available, Bucket::Expired, lot.available);
        self.write(Fact::Expired { grant: id.clone() }, vec![posting], Vec::new())?;
        let written = self.entries.len();
        self.roll_over(&lot, lot.available)?;
        self.note_expiries(written, agenda);
        Ok(())
    }

    /// Notes when lots expire by now that were given meanwhile.
    fn note_expiries(&self, written: usize, agenda: &mut BTreeSet<Due>) {
        for entry in self.entries.get(written..).unwrap_or_default() {
            if let Fact::Allowed { grant, terms, .. } | Fact::RolledOver { grant, terms, .. } = &entry.fact {
                let expires_at = terms.expires_at().filter(|at| *at <= self.at);
                agenda.extend(expires_at.map(|at| Due::expire(at, grant)));
            }
        }
    }

    /// An open hold, if it has not lapsed by now.
    pub(super) fn hold(&self, id: &HoldId) -> Option<&'a Hold> {
        self.base().hold(id).filter(|hold| hold.lapses_at > self.at || planted!("lapse-needs-a-sweep"))
    }

    /// How many holds are open, and how many parts they have.
    pub(super) fn open_holds(&self) -> (usize, usize) {
        let (base, (holds, parts)) = (self.base(), self.lapsed);
        (base.holds.len().saturating_sub(holds), base.parts.saturating_sub(parts))
    }

    /// What became of a hold, as of the entries so far.
    pub(super) fn charge(&self, id: &HoldId) -> Option<&Charge> {
        let kept = self.rows.iter().find_map(|row| match row {
            Record::Charge(charge) if charge.id == *id => Some(charge),
            _ => None,
        });
        kept.or_else(|| self.records.charge(id))
    }

    pub(super) fn keep_charge(&mut self, charge: Charge) {
        let is_it = |row: &&mut Record| matches!(row, Record::Charge(known) if known.id == charge.id);
        match self.rows.iter_mut().find(is_it) {
            Some(row) => *row = Record::Charge(charge),
            None => self.rows.push(Record::Charge(charge)),
        }
    }

    pub(super) fn keep(&mut self, record: Record) {
        self.rows.push(record);
    }

    /// A lot, whether it is alive or used up.
    pub(super) fn any_lot(&self, id: &GrantId) -> Option<&Lot> {
        self.staged.lot(id).or_else(|| self.records.lot(id))
    }

    /// The legs that return parts of a hold to their lots.
    pub(super) fn returned(&self, parts: &[Part], at: DateTime<Utc>) -> Result<Vec<Posting>, Corrupt> {
        let leg = |part: &Part| {
            let home = self.staged.home(&part.lot, at).ok_or_else(|| self.corrupt(no_lot(&part.lot)))?;
            Ok(posting(&part.lot, Bucket::Held, home, part.amount))
        };
        parts.iter().map(leg).collect()
    }

    pub(super) fn corrupt(&self, what: impl Into<String>) -> Corrupt {
        self.base().corrupt(what)
    }

    /// The entries so far, from one on.
    pub(super) fn entries_from(&self, first: usize) -> &[Arc<Entry>] {
        self.entries.get(first..).unwrap_or_default()
    }

    /// Everything that is to be written, with the receipt of the command.
    pub(super) fn finish(self, command: &Command) -> Changes {
        let before = if planted!("receipt-tells-of-time") { 0 } else { self.before };
        let own = self.entries.get(before..).unwrap_or_default().to_vec();
        let events = self.events(before);
        let receipt = Receipt { format: Format, key: self.key.clone(), command: command.clone(), entries: own, events };
        let stale = |lot: &Lot| planted!("used-up-lot-stale") && self.records.lot(&lot.id).is_some();
        let used_up = self.staged.lots.into_iter().filter(|lot| !lot.is_live() && !stale(lot));
        let mut records = self.rows;
        records.extend(used_up.map(Record::Lot));
        Changes { entries: self.entries, receipt, records }
    }
}

pub(super) fn posting(lot: &GrantId, from: Bucket, to: Bucket, amount: Credits) -> Posting {
    Posting { lot: lot.clone(), from, to, amount }
}

pub(super) fn no_lot(id: &GrantId) -> String {
    format!("there is no lot `{id}`")
}

/// What a hold becomes that is resolved, before anything is charged.
pub(super) fn charge_of(hold: &Hold, state: ChargeState, at: DateTime<Utc>) -> Charge {
    Charge {
        format: Format,
        id: hold.id.clone(),
        work: hold.work.clone(),
        held: hold.amount,
        terms: hold.terms,
        basis: hold.basis.clone(),
        held_at: hold.held_at,
        held_seq: hold.held_seq,
        state,
        resolved_at: at,
        outcome: None,
        settled: Credits::ZERO,
        refunded: Credits::ZERO,
        owed: Credits::ZERO,
        forgiven: Credits::ZERO,
        parts: Vec::new(),
    }
}
