//! Whether two commands under one key mean the same, and where they differ.

use std::fmt::Display;

use chrono::{DateTime, Utc};

use super::declined::instant;
use crate::{
    grant::{Grant, GrantKind},
    ids::Reason,
    journal::{Adjustment, Command, Difference},
    settlement::Portion,
    spend::{LateSettle, Overage, Spend},
    work::Restriction,
};

/// What a command means, field by field, as text that is another for another meaning. What is absent is no text, as
/// `none` is a name like any other.
type Intent = Vec<(&'static str, Option<String>)>;

const ABSENT: &str = "none";

impl Command {
    /// Where this command, asked for first, differs from one that is asked for now; `None` where they mean the same.
    ///
    /// Of a spend with a cap, the amount is no part of what it means: it may have been quoted anew.
    pub fn difference(&self, now: &Self) -> Option<Difference> {
        if self == now {
            return None;
        }
        let (first, now) = (self.intent(), now.intent());
        let differs = first.into_iter().zip(now).find(|(first, now)| first != now);
        let told = |text: Option<String>| text.unwrap_or_else(|| ABSENT.to_owned());
        differs.map(|((field, first), (_, now))| Difference { field, first: told(first), now: told(now) })
    }

    /// The same fields in the same order for commands of a kind, which comes first.
    fn intent(&self) -> Intent {
        let kind = |kind: &'static str| vec![("the command", said(Some(&kind)))];
        let named = |name, what: Option<String>, reason: &Reason| {
            let mut intent = kind(name);
            intent.extend([("the name", what), ("the reason", said(Some(reason)))]);
            intent
        };
        match self {
            Self::Grant(grant) => join(kind("grant"), of_grant(grant)),
            Self::Hold(spend) => join(kind("hold"), of_spend(spend)),
            Self::Charge(spend) => join(kind("charge"), of_spend(spend)),
            Self::Settle { hold, settlement } => {
                let due = match settlement.due() {
                    Portion::Whole => "whole".to_owned(),
                    Portion::Exactly(amount) => amount.to_string(),
                    Portion::Items(items) => {
                        let items = items.iter().map(|(outcome, count)| format!("{count} {outcome}"));
                        items.collect::<Vec<_>>().join(", ")
                    }
                };
                let outcome = settlement.outcome();
                join(
                    kind("settle"),
                    vec![
                        ("the hold", said(Some(hold))),
                        ("the outcome", said(Some(&outcome))),
                        ("what is due", Some(due)),
                    ],
                )
            }
            Self::MarkUnknown { hold, life } | Self::Extend { hold, life } => {
                let name = if matches!(self, Self::Extend { .. }) { "extend" } else { "mark unknown" };
                join(kind(name), vec![("the hold", said(Some(hold))), ("the life", said(Some(&life.delta())))])
            }
            Self::Release { hold, outcome } => {
                join(kind("release"), vec![("the hold", said(Some(hold))), ("the outcome", said(Some(outcome)))])
            }
            Self::Refund { charge, amount, reason } => {
                join(named("refund", said(Some(charge)), reason), vec![("the amount", said(amount.as_ref()))])
            }
            Self::Revoke { grant, reason } => named("revoke", said(Some(grant)), reason),
            Self::ChargeBack { grant, reason } => named("charge back", said(Some(grant)), reason),
            Self::Adjust { actor, reason, adjustment } => {
                let (name, rest) = match adjustment {
                    Adjustment::Give(grant) => ("adjust by giving", of_grant(grant)),
                    Adjustment::Take(amount) => ("adjust by taking", vec![("the amount", said(Some(amount)))]),
                    Adjustment::Forgive(amount) => ("adjust by forgiving", vec![("the amount", said(Some(amount)))]),
                };
                join(named(name, said(Some(actor)), reason), rest)
            }
            Self::Freeze { reason } => named("freeze", None, reason),
            Self::Thaw { reason } => named("thaw", None, reason),
            Self::Close { reason } => named("close", None, reason),
            Self::RepairMark { actor, reason } => named("repair the mark", said(Some(actor)), reason),
        }
    }
}

fn join(mut first: Intent, rest: Intent) -> Intent {
    first.extend(rest);
    first
}

fn of_spend(spend: &Spend) -> Intent {
    let (work, terms) = (spend.work(), spend.terms());
    let overage = match terms.overage() {
        Overage::Cap => "cap".to_owned(),
        Overage::Absorb => "absorb".to_owned(),
        Overage::Debt { max } => format!("debt up to {max}"),
    };
    let late = match terms.late_settle() {
        LateSettle::Charge => "charge",
        LateSettle::Absorb => "absorb",
    };
    let amount = if spend.amount_max().is_some() { None } else { said(Some(&spend.amount())) };
    vec![
        ("the studio", said(Some(&work.studio))),
        ("the tool", said(work.tool.as_ref())),
        ("the model", said(Some(&work.model))),
        ("the member", said(work.member.as_ref())),
        ("the cap", said(spend.amount_max().as_ref())),
        ("the amount", amount),
        ("the unit", said(spend.unit())),
        ("the overage", Some(overage)),
        ("the late settle", said(Some(&late))),
        ("the life", said(Some(&terms.life().delta()))),
    ]
}

fn of_grant(grant: &Grant) -> Intent {
    // The caller's own words are set apart, as one of them may be that of another kind.
    let kind = match grant.kind() {
        GrantKind::Other(name) => format!("other, {name}"),
        kind => kind.as_str().to_owned(),
    };
    let cost = grant.cost().map(|cost| format!("{} {}", cost.amount, cost.unit));
    vec![
        ("the kind", Some(kind)),
        ("the amount", said(Some(&grant.amount()))),
        ("the unit", said(grant.unit())),
        ("the effect", said(grant.effective_at().as_ref().map(text).as_ref())),
        ("the expiry", said(grant.expires_at().as_ref().map(text).as_ref())),
        ("the priority", said(Some(&grant.priority()))),
        ("the restriction", of_restriction(grant.restriction())),
        ("the cost", said(cost.as_ref())),
        ("the late refund", Some(format!("{:?}", grant.late_refund()).to_lowercase())),
        ("what it repays", grant.repays_debt().then(|| "debt".to_owned())),
        ("the reference", said(grant.reference())),
    ]
}

fn of_restriction(restriction: &Restriction) -> Option<String> {
    if restriction.is_none() { None } else { said(Some(restriction)) }
}

fn text(at: &DateTime<Utc>) -> String {
    instant(at)
}

fn said(value: Option<&impl Display>) -> Option<String> {
    value.map(ToString::to_string)
}
