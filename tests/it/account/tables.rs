//! The behaviour of accounts: `tests/data/account/*.txt`, a table for each verb, each law, and each kind of fault.
//!
//! A case is an account of its own; its rows are commands in the words of `words.rs`, one below the other. What comes
//! of a row is its entries, after `!` what somebody should be told, and after `=` the sums that are not zero; or the
//! refusal. A time in front of a row holds from there on: it is 12:00 of 2026-01-01 at the start of a case. Every command
//! that is done is asked for once more, and then writes nothing. `under` says which plans are sold from there on.

use std::fs;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use studio_credits::Credits;
use studio_credits::account::{Account, DecideError, Statement};
use studio_credits::journal::{Command, Entry, Record, Snapshot, Totals};

use super::desk::{Desk, Done};
use super::words::Offer;
use super::{sheet, tell, words};

macro_rules! tables {
    ($folder:literal: $($name:ident),* $(,)?) => {
        $(#[test] fn $name() { sheet::check::<Case>(concat!($folder, "/", stringify!($name), ".txt")); })*

        #[test]
        fn each_table_is_checked() {
            let files = fs::read_dir(sheet::data($folder)).unwrap().map(|file| file.unwrap().path());
            let tables = files.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
            let mut names: Vec<_> = tables.map(|path| path.file_name().unwrap().to_owned()).collect();
            names.sort();
            assert_eq!(names, [$(concat!(stringify!($name), ".txt")),*]);
        }
    };
}

mod plan {
    use std::fs;

    use super::{Case, sheet};

    tables! {
        "account/plan":
        ahead, daily, entitlements, events, explain, limits, order, plan_refusals, rewards, rollover, stored, subscriptions, team,
        top_ups, view, words, worked_examples,
    }
}

tables! {
    "account":
    adjust, balance, charge, charge_back, corrupt_entry, corrupt_record, corrupt_snapshot, debt, explain, grant,
    hold, keys, lapse, late_refund, late_settle, mark, nothing, order, prolong, quoted, refund, release, revoke,
    settle, statement, status, stored,
}

pub(crate) struct Case {
    pub(crate) desk: Desk,
    now: DateTime<Utc>,
    asked: usize,
    offer: Offer,
}

impl Default for Case {
    fn default() -> Self {
        Self { desk: Desk::new(), now: words::instant("12:00").unwrap(), asked: 0, offer: Offer::default() }
    }
}

impl sheet::Case for Case {
    fn ask(&mut self, row: &str) -> Vec<String> {
        self.asked += 1;
        let timed = row.split_once(' ').filter(|(at, _)| at.starts_with(|c: char| c == '+' || c.is_ascii_digit()));
        let asked = timed.map_or(row, |(_, asked)| asked.trim());
        if let Some((at, _)) = timed {
            self.now = words::instant(at).unwrap();
        }
        self.offer.at = self.now;
        let (verb, rest) = asked.split_once(' ').unwrap_or((asked, ""));
        match verb {
            "balance" => {
                let balance = self.desk.account.balance_at(self.now);
                vec![balance.map_or_else(|error| format!("refused: {error}"), |it| tell::balance(&it))]
            }
            "explain" => {
                let spend = words::spend_under(&self.offer, rest);
                let explained = self.desk.account.explain(&spend, self.now).unwrap().to_string();
                explained.lines().map(str::to_owned).collect()
            }
            "under" => {
                self.offer.book = words::book(rest);
                self.desk.sell(self.offer.book.clone());
                Vec::new()
            }
            "view" => {
                let view = self.desk.account.view_at(self.now);
                view.map_or_else(|error| vec![format!("refused: {error}")], |it| tell::view(&it, rest))
            }
            "refundable" => {
                let refundable = self.desk.account.refundable_at(self.now);
                vec![refundable.map_or_else(|error| format!("refused: {error}"), |it| tell::refundable(it.as_ref()))]
            }
            "affords" => {
                let times = self.desk.account.affords(&words::spend_under(&self.offer, rest), self.now);
                let told =
                    |times: Option<u64>| times.map_or("without end".to_owned(), |times| format!("{times} times"));
                vec![times.map_or_else(|error| format!("refused: {error}"), told)]
            }
            "statement" => self.statement(rest),
            "spoil-entry" => vec![self.spoil_entry(rest, false)],
            "append-entry" => vec![self.spoil_entry(rest, true)],
            "spoil-snapshot" => vec![self.spoil_snapshot(rest)],
            "spoil-record" => vec![self.spoil_record(rest)],
            _ => self.command(asked),
        }
    }

    fn check(&self) {
        self.desk.check();
        self.statement("1970-01-01 9999-12-31");
    }
}

impl Case {
    fn command(&mut self, asked: &str) -> Vec<String> {
        let (key, command) = match words::command_under(&self.offer, asked, &format!("row-{}", self.asked)) {
            Ok(command) => command,
            Err(error) => return vec![format!("refused: {error}")],
        };
        // A look is raised to the mark however late it is; a command that is as late is refused.
        let is_in_time = self.now >= self.desk.account.mark();
        let explained = match &command {
            Command::Hold(spend) if is_in_time && !self.desk.knows(&key) => {
                Some(self.desk.account.explain(spend, self.now))
            }
            _ => None,
        };
        let done = self.desk.ask(&key, &command, self.now);
        if let (Some(Ok(explained)), Ok(_) | Err(DecideError::Declined(_))) = (explained, &done) {
            let declined = done.as_ref().err().map(ToString::to_string);
            assert_eq!(explained.declined.map(|it| it.to_string()), declined, "`{asked}` is explained otherwise");
        }
        if let (Ok(Done::Wrote(..)), false) = (&done, matches!(command, Command::RepairMark { .. })) {
            self.is_seen(asked);
        }
        if let Ok(Done::Wrote(..)) = &done {
            let again = self.desk.ask(&key, &command, self.now);
            assert!(matches!(again, Ok(Done::Repeated(_))), "`{asked}`, asked for again: {again:?}");
        }
        tell::outcome(&done, self.desk.account.totals(), self.now)
    }

    /// A look shows what is written, and nothing beyond it: all that is due by now was given with the command.
    fn is_seen(&self, asked: &str) {
        let (balance, totals) = (self.desk.account.balance_at(self.now).unwrap(), self.desk.account.totals());
        let seen = [balance.available.checked_add(balance.upcoming).unwrap(), balance.held, balance.debt];
        assert_eq!(seen, [totals.available, totals.held, totals.debt], "after `{asked}`");
    }

    /// The statement of a period, whose equation always holds.
    fn statement(&self, period: &str) -> Vec<String> {
        let (from, until) = period.split_once(' ').unwrap();
        let (from, until) = (words::instant(from).unwrap(), words::instant(until).unwrap());
        let statement = Statement::of(from, until, &self.desk.entries).unwrap();
        let there = |totals: Option<Totals>| {
            totals.map_or(Credits::ZERO, |totals| totals.available.checked_add(totals.held).unwrap())
        };
        let given = statement.granted.iter().map(|(_, sum)| *sum);
        let given = Credits::checked_sum(given.chain([there(statement.opening)])).unwrap();
        let gone = Credits::checked_sum([statement.spent, statement.expired, statement.revoked]);
        assert_eq!(given.checked_sub(gone.unwrap()), Some(there(statement.closing)), "{statement:?}");
        tell::statement(&statement)
    }

    /// What an account says to an entry of the journal with something else in it, after those before it or after all.
    fn spoil_entry(&self, spoil: &str, last: bool) -> String {
        let (seq, edits) = spoil.split_once(' ').unwrap();
        let at = seq.parse::<usize>().unwrap() - 1;
        let entry = match spoilt::<Entry>(&serde_json::to_value(&self.desk.entries[at]).unwrap(), edits) {
            Ok(entry) => entry,
            Err(error) => return error,
        };
        let end = if last { self.desk.entries.len() } else { at };
        let (id, unit) = (self.desk.account.id().clone(), self.desk.account.unit().clone());
        let mut account = Account::from_entries(id, unit, &self.desk.entries[..end]).unwrap();
        let before = account.clone();
        let refusal = account.apply(&entry).map_or_else(|corrupt| corrupt.to_string(), |()| "taken".to_owned());
        assert!(refusal == "taken" || account == before, "`{spoil}` is applied in part");
        refusal
    }

    fn spoil_snapshot(&self, edits: &str) -> String {
        let snapshot = serde_json::to_value(self.desk.account.snapshot()).unwrap();
        match spoilt::<Snapshot>(&snapshot, edits).map(Account::from_snapshot) {
            Ok(account) => account.map_or_else(|corrupt| corrupt.to_string(), |_| "taken".to_owned()),
            Err(error) => error,
        }
    }

    /// Puts something else into a record, from there on.
    fn spoil_record(&mut self, spoil: &str) -> String {
        let (name, edits) = spoil.split_once(' ').unwrap();
        let record = self.desk.records.values_mut().find(|record| record.name().to_string() == name).unwrap();
        match spoilt::<Record>(&serde_json::to_value(&record).unwrap(), edits) {
            Ok(spoilt) => *record = spoilt,
            Err(error) => return error,
        }
        "taken".to_owned()
    }
}

/// Reads a value again after edits such as `/postings/0/amount "31"`, set apart by ` & `. A pointer that ends in `-` is
/// beyond the end of a list, and the value `gone` takes a field away.
fn spoilt<T: DeserializeOwned>(value: &Value, edits: &str) -> Result<T, String> {
    let mut value = value.clone();
    for edit in edits.split(" & ") {
        let (pointer, new) = edit.split_once(' ').unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match value.pointer_mut(parent).unwrap() {
            Value::Object(fields) if new == "gone" => drop(fields.remove(field).unwrap()),
            Value::Object(fields) => drop(fields.insert(field.to_owned(), serde_json::from_str(new).unwrap())),
            Value::Array(items) if new == "gone" => drop(items.remove(field.parse().unwrap())),
            Value::Array(items) if field == "-" => items.push(serde_json::from_str(new).unwrap()),
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = serde_json::from_str(new).unwrap(),
            other => panic!("`{pointer}` leads into {other}"),
        }
    }
    serde_json::from_value(value).map_err(|error| format!("cannot be read: {error}"))
}
