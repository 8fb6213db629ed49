//! What an account did, as a person would tell it: `held until 13:00, a: available → held 30`.

mod plan;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveTime, SecondsFormat, Utc};
use studio_credits::Credits;
use studio_credits::account::{Balance, DecideError, Statement, StudioModel};
use studio_credits::journal::{Bucket, DebtOf, Entry, Fact, Role, Totals};

use self::plan::paid;
pub(crate) use self::plan::{refundable, view};
use super::desk::Done;

/// An instant as [`super::words::instant`] reads it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    match (at.date_naive().to_string(), at.time()) {
        (date, time) if date == "2026-01-01" && time.format("%S%.f").to_string() == "00" => {
            time.format("%H:%M").to_string()
        }
        (date, NaiveTime::MIN) => date,
        _ => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    }
}

/// What came of a command, a line for each entry and each event, and one for the sums after it.
pub(crate) fn outcome(done: &Result<Done, DecideError>, totals: &Totals, now: DateTime<Utc>) -> Vec<String> {
    match done {
        Ok(Done::Wrote(entries, events)) => {
            let told = entries.iter().map(|it| entry(it, now)).chain(events.iter().map(plan::event));
            told.chain([format!("= {}", sums(totals))]).collect()
        }
        Ok(Done::Repeated(receipt)) => {
            let entries = receipt.entries.iter().map(|entry| entry.seq.to_string());
            vec![format!("as before: entry {}", entries.collect::<Vec<_>>().join(", "))]
        }
        Err(DecideError::Declined(declined)) => vec![format!("refused: {declined}")],
        Err(error) => vec![format!("error: {error}")],
    }
}

pub(crate) fn entry(entry: &Entry, now: DateTime<Utc>) -> String {
    let mut text = if entry.at == now { String::new() } else { format!("{} ", instant(entry.at)) };
    text += &fact(&entry.fact);
    for leg in &entry.postings {
        write!(text, ", {}: {} → {} {}", leg.lot, bucket(leg.from), bucket(leg.to), leg.amount).unwrap();
    }
    for debt in &entry.debts {
        let of = match &debt.of {
            DebtOf::Charge(hold) => hold.as_str(),
            DebtOf::ChargeBack(grant) => grant.as_str(),
        };
        let sign = if debt.by.is_negative() { "" } else { "+" };
        write!(text, ", debt for {of} {sign}{}", debt.by).unwrap();
    }
    text
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Opened { unit } => format!("opened in {unit}"),
        Fact::Granted { .. } => "granted".to_owned(),
        Fact::Repaid { .. } => "repaid".to_owned(),
        Fact::Held { lapses_at, .. } => format!("held until {}", instant(*lapses_at)),
        Fact::Settled { charged, absorbed, late, .. } => {
            let late = if *late { " late" } else { "" };
            let absorbed = if absorbed.is_zero() { String::new() } else { format!(" and absorbed {absorbed}") };
            format!("settled{late} {charged}{absorbed}")
        }
        Fact::Released { outcome, .. } => format!("released as {outcome}"),
        Fact::Lapsed { hold } => format!("lapsed {hold}"),
        Fact::MarkedUnknown { lapses_at, .. } => format!("unknown until {}", instant(*lapses_at)),
        Fact::Extended { lapses_at, .. } => format!("extended until {}", instant(*lapses_at)),
        Fact::Charged { amount, .. } => format!("charged {amount}"),
        Fact::Refunded { amount, reopened, .. } => {
            let reopened = reopened.iter().fold(String::new(), |text, lot| format!("{text}, {} reopened", lot.id));
            format!("refunded {amount}{reopened}")
        }
        Fact::Renewed { grant, of, .. } => format!("renewed {of} as {grant}"),
        Fact::Expired { .. } => "expired".to_owned(),
        Fact::Revoked { .. } => "revoked".to_owned(),
        Fact::ChargedBack { .. } => "charged back".to_owned(),
        Fact::Adjusted { actor, .. } => format!("adjusted by {actor}"),
        Fact::Frozen { .. } => "frozen".to_owned(),
        Fact::Thawed { .. } => "thawed".to_owned(),
        Fact::Closed { .. } => "closed".to_owned(),
        Fact::MarkRepaired { from, .. } => format!("mark repaired from {}", instant(*from)),
        Fact::Allowed { given, .. } => {
            let closes_at = instant(given.window.closes_at());
            format!("{} has given {} until {closes_at}", given.allowance, given.amount)
        }
        Fact::RolledOver { of, terms, .. } => {
            format!("rolled over {of} until {}", terms.expires_at().map_or("ever".to_owned(), instant))
        }
        Fact::Subscribed { subscription } => format!("subscribed to {}", paid(subscription)),
        Fact::SubscriptionRenewed { subscription } => format!("renewed {}", paid(subscription)),
        Fact::PlanChanged { subscription, from, .. } => format!("changed from {from} to {}", paid(subscription)),
        Fact::ChangeScheduled { subscription } => {
            let scheduled = subscription.scheduled.as_ref();
            scheduled.map_or("scheduled nothing".to_owned(), |to| {
                format!("scheduled {} for {}", to.plan.name(), instant(to.at))
            })
        }
        Fact::Cancelled { subscription, .. } => format!("cancelled {}", subscription.plan.name()),
        Fact::Resumed { subscription } => format!("resumed {}", subscription.plan.name()),
        Fact::PaymentFailed { reference, .. } => format!("payment {reference} failed"),
        Fact::SubscriptionEnded { plan, .. } => format!("ended {plan}"),
        Fact::ZoneSet { zone } => format!("zone {zone}"),
        Fact::Joined { seat } => {
            format!("{} joined as {}", seat.member, if seat.role == Role::Owner { "owner" } else { "member" })
        }
        Fact::Limited { seat } => format!("{} limited {}", seat.member, plan::month_max(seat.month_max)),
        Fact::Left { member } => format!("{member} left"),
        Fact::RewardPromised { referral } => format!("promised {} for {}", referral.reward, referral.referee),
        Fact::Rewarded { earned, .. } => format!("rewarded {}, {} by now", earned.reward, earned.ever),
        Fact::RewardWithdrawn { referral, .. } => format!("withdrew {} for {}", referral.reward, referral.referee),
        Fact::AutoTopUpSet { values } => values
            .as_ref()
            .map_or("no auto top-up".to_owned(), |it| format!("auto top-up of {} below {}", it.amount(), it.below())),
    }
}

fn bucket(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Source => "source",
        Bucket::Available => "available",
        Bucket::Held => "held",
        Bucket::Spent => "spent",
        Bucket::Expired => "expired",
        Bucket::Revoked => "revoked",
    }
}

/// The sums, without those that are nothing.
pub(crate) fn sums(totals: &Totals) -> String {
    let sums = [
        (totals.available, "available"),
        (totals.held, "held"),
        (totals.spent, "spent"),
        (totals.expired, "expired"),
        (totals.revoked, "revoked"),
        (totals.debt, "owed"),
        (totals.absorbed, "absorbed"),
    ];
    amounts(sums)
}

fn amounts<'a>(sums: impl IntoIterator<Item = (Credits, &'a str)>) -> String {
    let sums = sums.into_iter().filter(|(sum, _)| !sum.is_zero()).map(|(sum, name)| format!("{sum} {name}"));
    let text = sums.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "nothing".to_owned() } else { text }
}

pub(crate) fn balance(balance: &Balance) -> String {
    let Balance { available, restricted, upcoming, held, debt, by_kind, next_expiry, .. } = balance;
    let sums = [
        (*available, "available"),
        (*restricted, "for some work only"),
        (*upcoming, "upcoming"),
        (*held, "held"),
        (*debt, "owed"),
    ];
    let kinds = amounts(by_kind.iter().map(|(kind, sum)| (*sum, kind.as_str())));
    let expiry = next_expiry.map_or(String::new(), |next| format!("; {} expires at {}", next.amount, instant(next.at)));
    format!("{}; of it {kinds}{expiry}", amounts(sums))
}

pub(crate) fn statement(statement: &Statement) -> Vec<String> {
    let totals = |name: &str, totals: &Option<Totals>| {
        format!("{name}: {}", totals.as_ref().map_or_else(|| "nothing happened".to_owned(), sums))
    };
    let granted = amounts(statement.granted.iter().map(|(kind, sum)| (*sum, kind.as_str())));
    let work = statement.work.iter().map(|it| {
        let StudioModel { studio, model, charges, charged, refunded, .. } = it;
        format!("  {studio}/{model}: {charges} charged {charged}, refunded {refunded}")
    });
    let gone = amounts([
        (statement.spent, "spent"),
        (statement.repaid, "repaid"),
        (statement.expired, "expired"),
        (statement.revoked, "revoked"),
        (statement.absorbed, "absorbed"),
    ]);
    let head = [totals("opening", &statement.opening), format!("granted: {granted}")];
    head.into_iter().chain(work).chain([format!("gone: {gone}"), totals("closing", &statement.closing)]).collect()
}
