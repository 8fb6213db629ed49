//! Whether two commands under one key mean the same, and where they differ.

use std::fmt::Display;

use chrono::{DateTime, Utc};

use super::declined::instant;
use crate::{
    grant::Grant,
    journal::{Adjustment, Command, Difference},
    settlement::Portion,
    spend::{LateSettle, Overage, Spend},
    work::Restriction,
};

/// What a command means, field by field, as text.
type Intent = Vec<(&'static str, String)>;

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
        differs.map(|((field, first), (_, now))| Difference { field, first, now })
    }

    /// The same fields in the same order for commands of a kind, which comes first.
    fn intent(&self) -> Intent {
        let kind = |kind: &'static str| vec![("the command", kind.to_owned())];
        let named = |name, what: &dyn Display, reason: &dyn Display| {
            let mut intent = kind(name);
            intent.extend([("the name", what.to_string()), ("the reason", reason.to_string())]);
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
                let outcome = settlement.outcome().to_string();
                join(
                    kind("settle"),
                    vec![("the hold", hold.to_string()), ("the outcome", outcome), ("what is due", due)],
                )
            }
            Self::MarkUnknown { hold, life } | Self::Extend { hold, life } => {
                let name = if matches!(self, Self::Extend { .. }) { "extend" } else { "mark unknown" };
                join(kind(name), vec![("the hold", hold.to_string()), ("the life", life.delta().to_string())])
            }
            Self::Release { hold, outcome } => {
                join(kind("release"), vec![("the hold", hold.to_string()), ("the outcome", outcome.to_string())])
            }
            Self::Refund { charge, amount, reason } => {
                join(named("refund", charge, reason), vec![("the amount", optional(amount.as_ref()))])
            }
            Self::Revoke { grant, reason } => named("revoke", grant, reason),
            Self::ChargeBack { grant, reason } => named("charge back", grant, reason),
            Self::Adjust { actor, reason, adjustment } => {
                let (name, rest) = match adjustment {
                    Adjustment::Give(grant) => ("adjust by giving", of_grant(grant)),
                    Adjustment::Take(amount) => ("adjust by taking", vec![("the amount", amount.to_string())]),
                    Adjustment::Forgive(amount) => ("adjust by forgiving", vec![("the amount", amount.to_string())]),
                };
                join(named(name, actor, reason), rest)
            }
            Self::Freeze { reason } => named("freeze", &ABSENT, reason),
            Self::Thaw { reason } => named("thaw", &ABSENT, reason),
            Self::Close { reason } => named("close", &ABSENT, reason),
            Self::RepairMark { actor, reason } => named("repair the mark", actor, reason),
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
    let amount = if spend.amount_max().is_some() { ABSENT.to_owned() } else { spend.amount().to_string() };
    vec![
        ("the studio", work.studio.to_string()),
        ("the tool", optional(work.tool.as_ref())),
        ("the model", work.model.to_string()),
        ("the member", optional(work.member.as_ref())),
        ("the cap", optional(spend.amount_max().as_ref())),
        ("the amount", amount),
        ("the unit", optional(spend.unit())),
        ("the overage", overage),
        ("the late settle", late.to_owned()),
        ("the life", terms.life().delta().to_string()),
    ]
}

fn of_grant(grant: &Grant) -> Intent {
    let cost = grant.cost().map(|cost| format!("{} {}", cost.amount, cost.unit));
    vec![
        ("the kind", grant.kind().as_str().to_owned()),
        ("the amount", grant.amount().to_string()),
        ("the unit", optional(grant.unit())),
        ("the effect", optional(grant.effective_at().as_ref().map(text).as_ref())),
        ("the expiry", optional(grant.expires_at().as_ref().map(text).as_ref())),
        ("the priority", grant.priority().to_string()),
        ("the restriction", of_restriction(grant.restriction())),
        ("the cost", optional(cost.as_ref())),
        ("the late refund", format!("{:?}", grant.late_refund()).to_lowercase()),
        ("what it repays", if grant.repays_debt() { "debt" } else { ABSENT }.to_owned()),
        ("the reference", optional(grant.reference())),
    ]
}

fn of_restriction(restriction: &Restriction) -> String {
    if restriction.is_none() { ABSENT.to_owned() } else { restriction.to_string() }
}

fn text(at: &DateTime<Utc>) -> String {
    instant(at)
}

fn optional(value: Option<&impl Display>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), ToString::to_string)
}
