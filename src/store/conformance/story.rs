//! What one account goes through so that there is every kind of entry and of record.

use super::{
    author::{give, noon, spend, unit},
    stop::Verdict,
};
use crate::{
    credits::Credits,
    grant::{Grant, GrantKind, LateRefund},
    ids::{Actor, KindName, Member, Model, Reason, Reference, Studio, Tool, Unit},
    journal::{Adjustment, Command},
    outcome::Outcome,
    settlement::Settlement,
    spend::{LateSettle, Life, Overage, Spend, Terms},
    work::{Restriction, Work},
};

/// Commands with their keys, each so many seconds after noon.
pub(super) fn story() -> Verdict<Vec<(i64, &'static str, Command)>> {
    let reason = || Reason::new("«why», she asked: \"because\" \\ '🎬'");
    let actor = || Actor::new("support: Ann");
    let work = Work::new(Studio::new("image")?, Model::new("flux/dev:1.0 \"é\"")?);
    let work = work.with_tool(Tool::new("re-style")?).by(Member::new("ada@example.org")?);
    let owing = Terms::default().with_overage(Overage::Debt { max: Credits::from_whole(30) })?;
    let owing = owing.with_late_settle(LateSettle::Absorb).with_life(Life::seconds(50)?);
    let brief = Terms::default().with_life(Life::seconds(10)?);
    let in_part = Settlement::items([(Outcome::Delivered, 2), (Outcome::Failed, 1)])?;
    let give_by_hand = Adjustment::Give(whole(GrantKind::Reward, 2)?.into());
    let adjust =
        |adjustment| -> Verdict<Command> { Ok(Command::Adjust { actor: actor()?, reason: reason()?, adjustment }) };
    Ok(vec![
        (0, "daily", Command::Grant(daily()?.into())),
        (0, "offer", Command::Grant(offer()?.into())),
        (0, "work", Command::Charge(Spend::new(work, "19.75".parse()?)?.with_unit(unit()?))),
        (1, "job", Command::Hold(spend(25)?.with_amount_max(Credits::from_whole(25))?.with_terms(owing))),
        (1, "brief", Command::Hold(spend(5)?.with_terms(brief))),
        (2, "job/unknown", Command::MarkUnknown { hold: "job".parse()?, life: Life::seconds(60)? }),
        (3, "job/extend", Command::Extend { hold: "job".parse()?, life: Life::seconds(70)? }),
        (20, "job/settle", Command::Settle { hold: "job".parse()?, settlement: Settlement::exactly("45".parse()?)? }),
        (30, "invoice", Command::Grant(invoice()?.into())),
        (120, "ticket", Command::Refund { charge: "work".parse()?, amount: Some("5.5".parse()?), reason: reason()? }),
        (121, "called-off", Command::Hold(spend(8)?)),
        (122, "called-off/end", Command::Release { hold: "called-off".parse()?, outcome: Outcome::Cancelled }),
        (123, "batch", Command::Hold(spend(12)?)),
        (124, "batch/end", Command::Settle { hold: "batch".parse()?, settlement: in_part }),
        (210, "gift", give(7)?),
        (211, "gift/end", Command::Revoke { grant: "gift".parse()?, reason: reason()? }),
        (212, "stolen", Command::ChargeBack { grant: "invoice".parse()?, reason: reason()? }),
        (213, "forgive", adjust(Adjustment::Forgive(Credits::from_whole(1)))?),
        (214, "by-hand", adjust(give_by_hand)?),
        (215, "by-hand/take", adjust(Adjustment::Take(Credits::from_whole(1)))?),
        (216, "freeze", Command::Freeze { reason: reason()? }),
        (217, "thaw", Command::Thaw { reason: reason()? }),
        (200, "repair", Command::RepairMark { actor: actor()?, reason: reason()? }),
        (218, "close", Command::Close { reason: reason()? }),
    ])
}

/// Spent first of all, and given anew if it comes back late.
fn daily() -> Verdict<Grant> {
    let grant = whole(GrantKind::Free, 50)?.with_expiry(noon(100)?)?.with_priority(i16::MIN);
    Ok(grant.with_late_refund(LateRefund::Renews).with_cost(Credits::MIN, Unit::new("USD")?))
}

/// For work that nobody asks for: it expires as a whole.
fn offer() -> Verdict<Grant> {
    let restriction = Restriction::default().to_studio(Studio::new("voice")?).to_tool(Tool::new("dub")?);
    let restriction = restriction.to_model(Model::new("eleven")?).except_model(Model::new("flux")?);
    let grant = whole(GrantKind::Other(KindName::new("commünity")?), 10)?.with_priority(i16::MAX);
    Ok(grant.with_effect(noon(5)?)?.with_expiry(noon(200)?)?.with_restriction(restriction)?)
}

/// Pays what is owed, and was paid for in money.
fn invoice() -> Verdict<Grant> {
    let grant = whole(GrantKind::TopUp, 100)?.with_reference(Reference::new("invoice 2026-11/0042 ✓")?);
    Ok(grant.with_unit(unit()?).with_cost("9.99".parse()?, Unit::new("EUR")?))
}

fn whole(kind: GrantKind, amount: i32) -> Verdict<Grant> {
    Ok(Grant::new(kind, Credits::from_whole(amount))?)
}
