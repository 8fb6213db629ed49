//! Whether two commands under one key mean the same, and where they differ.

mod plan;

use std::fmt::Display;

use self::plan::{of_reward, of_subscription, of_team};
use super::declined::instant;
use crate::{
    grant::{Grant, GrantKind},
    ids::HoldId,
    journal::{Adjustment, Command, Difference},
    plan::AutoTopUp,
    request::GenerationRequest,
    settlement::Portion,
    spend::{LateSettle, Life, Overage, Spend},
};

/// What a command means, field by field, as text; `None` where nothing is said.
type Intent = Vec<(&'static str, Option<String>)>;

impl Command {
    /// Where this command, asked for first, differs from one that is asked for now; `None` where they mean the same.
    ///
    /// Of a spend that was quoted or has a cap, the amount is no part of what it means: it may have been quoted anew.
    /// Nor is it of what was delivered and priced, and of a request whatever only the caller knows.
    pub fn difference(&self, now: &Self) -> Option<Difference> {
        let same = match (self, now) {
            (Self::Hold(first), Self::Hold(now)) | (Self::Charge(first), Self::Charge(now)) => first.means(now),
            (Self::Settle { hold, settlement }, Self::Settle { hold: of, settlement: now }) => {
                hold == of && settlement.means(now)
            }
            _ => self == now,
        };
        if same {
            return None;
        }
        let differs = self.intent().into_iter().zip(now.intent()).find(|(first, now)| first != now);
        // Only of lists, what differs may read alike: `a, studio b` is one name of a restriction, or two.
        let list = match self {
            Self::Hold(_) | Self::Charge(_) => "what is set",
            Self::Settle { .. } => "what is due",
            Self::Subscription(_) => "what the plan promises",
            _ => "the restriction",
        };
        let ((field, first), (_, now)) = differs.unwrap_or(((list, None), ("", None)));
        Some(Difference { field, first, now })
    }

    /// The same fields in the same order for commands of a kind, which comes first.
    fn intent(&self) -> Intent {
        match self {
            Self::Grant(grant) => of("grant", of_grant(grant)),
            Self::Hold(spend) => of("hold", of_spend(spend)),
            Self::Charge(spend) => of("charge", of_spend(spend)),
            Self::Settle { hold, settlement } => {
                let outcome = some(&settlement.outcome());
                of(
                    "settle",
                    [("the hold", some(hold)), ("the outcome", outcome), ("what is due", due(settlement.due()))],
                )
            }
            Self::MarkUnknown { hold, life } => of("mark unknown", of_life(hold, *life)),
            Self::Extend { hold, life } => of("extend", of_life(hold, *life)),
            Self::Release { hold, outcome } => {
                of("release", [("the hold", some(hold)), ("the outcome", some(outcome))])
            }
            Self::Refund { charge, amount, reason } => of(
                "refund",
                [("the charge", some(charge)), ("the amount", text(amount.as_ref())), ("the reason", some(reason))],
            ),
            Self::Revoke { grant, reason } => of("revoke", [("the grant", some(grant)), ("the reason", some(reason))]),
            Self::ChargeBack { grant, reason } => {
                of("charge back", [("the grant", some(grant)), ("the reason", some(reason))])
            }
            Self::Adjust { actor, reason, adjustment } => {
                let by_hand = [("the actor", some(actor)), ("the reason", some(reason))].into_iter();
                match adjustment {
                    Adjustment::Give(grant) => of("adjust by giving", by_hand.chain(of_grant(grant))),
                    Adjustment::Take(amount) => of("adjust by taking", by_hand.chain([("the amount", some(amount))])),
                    Adjustment::Forgive(amount) => {
                        of("adjust by forgiving", by_hand.chain([("the amount", some(amount))]))
                    }
                }
            }
            Self::Subscription(command) => of_subscription(command),
            Self::BuyTopUp { pack, reference, by } => of(
                "buy a top-up",
                [("the top-up", some(pack)), ("the reference", some(reference)), ("who buys", text(by.as_ref()))],
            ),
            Self::Reward(command) => of_reward(command),
            Self::Team(command) => of_team(command),
            Self::SetZone { zone } => of("set the zone", [("the zone", some(zone))]),
            Self::SetAutoTopUp { values, by } => of(
                "set the auto top-up",
                [
                    ("the threshold", text(values.map(AutoTopUp::below))),
                    ("the amount", text(values.map(AutoTopUp::amount))),
                    ("who says so", text(by.as_ref())),
                ],
            ),
            Self::Freeze { reason } => of("freeze", [("the reason", some(reason))]),
            Self::Thaw { reason } => of("thaw", [("the reason", some(reason))]),
            Self::Close { reason } => of("close", [("the reason", some(reason))]),
            Self::RepairMark { actor, reason } => {
                of("repair the mark", [("the actor", some(actor)), ("the reason", some(reason))])
            }
        }
    }
}

fn of(kind: &'static str, fields: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Intent {
    std::iter::once(("the command", Some(kind.to_owned()))).chain(fields).collect()
}

fn of_life(hold: &HoldId, life: Life) -> Intent {
    vec![("the hold", some(hold)), ("the life", Some(format!("{} s", life.delta().num_seconds())))]
}

fn due(due: &Portion) -> Option<String> {
    match due {
        Portion::Whole => some(&"whole"),
        Portion::Exactly(amount) => some(amount),
        Portion::Items(items) => {
            let items = items.iter().map(|(outcome, count)| format!("{count} {outcome}"));
            Some(items.collect::<Vec<_>>().join(", "))
        }
        Portion::Priced { delivery, .. } => {
            let outputs = delivery.stated_outputs().map(|outputs| format!("{outputs} outputs"));
            let measured = delivery.measurements().map(|(name, value)| format!("{name} = {value}"));
            let said: Vec<_> = outputs.into_iter().chain(measured).collect();
            Some(if said.is_empty() { "by the quote".to_owned() } else { format!("by the quote: {}", said.join(", ")) })
        }
    }
}

fn of_spend(spend: &Spend) -> Intent {
    let (work, terms) = (spend.work(), spend.terms());
    let overage = terms.map(|terms| match terms.overage() {
        Overage::Cap => "cap".to_owned(),
        Overage::Absorb => "absorb".to_owned(),
        Overage::Debt { max } => format!("debt up to {max}"),
    });
    let late = terms.map(|terms| match terms.late_settle() {
        LateSettle::Charge => "charge",
        LateSettle::Absorb => "absorb",
    });
    let quoted = spend.quoted();
    let amount = if spend.amount_max().is_some() || quoted.is_some() { None } else { some(&spend.amount()) };
    let request = quoted.map(|quoted| quoted.basis().request());
    let settings = request.into_iter().flat_map(GenerationRequest::settings);
    let settings: Vec<_> = settings.map(|(name, value)| format!("{name} = {value}")).collect();
    let pricing = if quoted.is_some() { "by quote" } else { "by amount" };
    vec![
        ("the studio", some(&work.studio)),
        ("the tool", text(work.tool.as_ref())),
        ("the model", some(&work.model)),
        ("the member", text(work.member.as_ref())),
        ("the cap", text(spend.amount_max())),
        ("the pricing", some(&pricing)),
        ("the count", text(request.map(GenerationRequest::count))),
        ("what is set", Some(settings.join(", ")).filter(|settings| !settings.is_empty())),
        ("the amount", amount),
        ("the unit", text(spend.unit())),
        ("the overage", overage),
        ("the late settle", text(late)),
        ("the life", terms.map(|terms| format!("{} s", terms.life().delta().num_seconds()))),
    ]
}

fn of_grant(grant: &Grant) -> Intent {
    let kind = match grant.kind() {
        GrantKind::Other(name) => format!("other: {name}"),
        kind => kind.as_str().to_owned(),
    };
    let restriction = Some(grant.restriction()).filter(|restriction| !restriction.is_none());
    vec![
        ("the kind", Some(kind)),
        ("the amount", some(&grant.amount())),
        ("the unit", text(grant.unit())),
        ("the effect", grant.effective_at().as_ref().map(instant)),
        ("the expiry", grant.expires_at().as_ref().map(instant)),
        ("the priority", some(&grant.priority())),
        ("the restriction", text(restriction)),
        ("the cost", grant.cost().map(|cost| format!("{} {}", cost.amount, cost.unit))),
        ("the late refund", Some(format!("{:?}", grant.late_refund()).to_lowercase())),
        ("what it repays", grant.repays_debt().then(|| "debt".to_owned())),
        ("the reference", text(grant.reference())),
    ]
}

fn some(value: &dyn Display) -> Option<String> {
    text(Some(value))
}

fn text(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}
