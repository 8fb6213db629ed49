//! Lots and holds, as a credits window shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    account::{agenda::Event, burn_down::Place, draft::Draft, staged::Staged},
    credits::Credits,
    grant::GrantKind,
    ids::{GrantId, HoldId, Member, Model, Studio, Tool},
    journal::{Hold, Lot},
    work::Restriction,
};

/// What is available of one kind of grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KindView {
    /// The kind.
    pub kind: GrantKind,
    /// What is available of it.
    pub amount: Credits,
}

/// What is left of one grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LotView {
    /// The grant.
    pub grant: GrantId,
    /// Why it was given.
    pub kind: GrantKind,
    /// How much was given.
    pub granted: Credits,
    /// Neither used nor set aside.
    pub available: Credits,
    /// Set aside by open holds.
    pub held: Credits,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// From when on it is usable, where that is to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<DateTime<Utc>>,
    /// When what is left of it expires; `None` is never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Which work it is for, in words; `None` is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restriction: Option<String>,
}

/// Work under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HoldView {
    /// The hold.
    pub hold: HoldId,
    /// The studio.
    pub studio: Studio,
    /// The tool, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<Tool>,
    /// The model.
    pub model: Model,
    /// Who asked for it, where several share the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
    /// How much is set aside.
    pub amount: Credits,
    /// When it was.
    pub held_at: DateTime<Utc>,
    /// When it is free again, unless the work ends before.
    pub lapses_at: DateTime<Utc>,
    /// Whether nobody knows how the work ended.
    pub unknown: bool,
}

impl Staged<'_> {
    /// The live lots in the order of spending.
    pub(super) fn lots_shown(&self, at: DateTime<Utc>) -> Vec<LotView> {
        let mut lots: Vec<&Lot> = self.live().collect();
        lots.sort_by_cached_key(|lot| Place::of(lot));
        let shown = |lot: &&Lot| LotView {
            grant: lot.id.clone(),
            kind: lot.grant.kind().clone(),
            granted: lot.grant.amount(),
            available: lot.available,
            held: lot.held,
            granted_at: lot.granted_at,
            effective_at: lot.grant.effective_at().filter(|effective_at| at < *effective_at),
            expires_at: lot.grant.expires_at(),
            restriction: Some(lot.grant.restriction()).filter(|it| !it.is_none()).map(Restriction::to_string),
        };
        lots.iter().map(shown).collect()
    }
}

impl Draft<'_> {
    /// The open holds, the next to lapse first.
    pub(super) fn holds_shown(&self) -> Vec<HoldView> {
        let open = self.base().dues.iter().filter(|due| due.at > self.at).filter_map(|due| match &due.what {
            Event::Lapse(hold) => self.base().hold(hold),
            Event::Expire(_) => None,
        });
        let shown = |hold: &Hold| HoldView {
            hold: hold.id.clone(),
            studio: hold.work.studio.clone(),
            tool: hold.work.tool.clone(),
            model: hold.work.model.clone(),
            member: hold.work.member.clone(),
            amount: hold.amount,
            held_at: hold.held_at,
            lapses_at: hold.lapses_at,
            unknown: hold.unknown,
        };
        open.map(shown).collect()
    }
}
