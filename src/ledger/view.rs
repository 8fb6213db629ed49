//! Everything that a credits window shows, in one call.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Ledger, LedgerError, Purchase, operation::Known};
use crate::{
    account::{Account, AccountView, FactsError},
    credits::Credits,
    grant::GrantKind,
    ids::{AccountId, GrantId, HoldId, Member},
    journal::{Adjustment, Bucket, Charge, ChargeState, Entry, Fact, Record, RecordName},
    outcome::Outcome,
    plan::PlanName,
    pricing::CostEngine,
    request::GenerationRequest,
    settlement::Portion,
    store::{Freshness, LedgerStore},
    work::Work,
};

/// Everything that a credits window shows: the account, what happened last, and what more can be generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CreditsView {
    /// The account.
    #[serde(flatten)]
    pub account: AccountView,
    /// What happened last, the latest first; work stands there once, as it is by now.
    pub recent: Vec<Activity>,
    /// How many more of each generation that was asked about.
    pub fits: Vec<Fit>,
}

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case", rename_all_fields = "snake_case")]
#[non_exhaustive]
pub enum Activity {
    /// Work was held for or charged.
    Work {
        /// The hold or charge.
        hold: HoldId,
        /// What it is for.
        work: Arc<Work>,
        /// When it was held for or charged.
        at: DateTime<Utc>,
        /// Whether it is under way, or what became of its credits.
        state: WorkState,
        /// How the work ended; none while it is under way, while nobody knows, and where nobody said in time.
        outcome: Option<Outcome>,
        /// How many outputs there were, where it was settled by what was delivered and the entry that did so is among
        /// those looked at.
        outputs: Option<Outputs>,
        /// The most that it could cost, which was set aside.
        quoted: Credits,
        /// What it was charged, spent or owed; nothing while it is under way.
        settled: Credits,
        /// How much of that was given back.
        refunded: Credits,
    },
    /// Credits were given.
    Granted {
        /// The grant.
        grant: GrantId,
        /// Why.
        kind: GrantKind,
        /// How much.
        amount: Credits,
        /// When.
        at: DateTime<Utc>,
        /// When what is left of them expires; `None` is never.
        expires_at: Option<DateTime<Utc>>,
    },
    /// Credits are gone that were not used.
    Gone {
        /// Whether they expired; otherwise they were taken back.
        expired: bool,
        /// How much.
        amount: Credits,
        /// When.
        at: DateTime<Utc>,
    },
    /// Another plan is in force.
    Plan {
        /// Which; `None` is the plan that everybody has.
        plan: Option<PlanName>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// How many outputs of work were delivered, and of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outputs {
    /// How many were delivered.
    pub delivered: u64,
    /// How many were asked for.
    pub asked: u64,
}

/// Whether work is under way, or what became of its credits.
///
/// Complete on purpose: it is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkState {
    /// Its credits are set aside.
    Held,
    /// Nobody knows how it ended, and its credits are set aside.
    Unknown,
    /// It was charged.
    Settled,
    /// It was called off: nothing was charged.
    Released,
    /// Nobody said in time how it ended: nothing was charged.
    Lapsed,
}

/// How many more of a generation can be paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fit {
    /// What was asked about, with the facts of the plan in force.
    pub request: GenerationRequest,
    /// What one request costs at most; `None` where it has no price, or no known maximum.
    pub price: Option<Credits>,
    /// How many requests can be paid for in a row; `None` is without end, as they are free.
    pub times: Option<u64>,
    /// Why there can be none, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// What a credits window asks for beside the account.
#[derive(Clone, Debug, Default)]
pub struct ViewAsk {
    recent: usize,
    member: Option<Member>,
    engine: Option<Arc<CostEngine>>,
    generations: Vec<GenerationRequest>,
}

impl ViewAsk {
    /// The most entries that are looked at for what happened last.
    pub const RECENT_MAX: usize = 1_000;

    /// Asks what happened in the last entries of the journal, of which at most [`ViewAsk::RECENT_MAX`] are looked at.
    #[must_use = "what is asked is returned, not changed in place"]
    pub fn with_recent(self, entries: usize) -> Self {
        Self { recent: entries.min(Self::RECENT_MAX), ..self }
    }

    /// Asks for a member of a shared account: their limit counts for what more can be generated.
    #[must_use = "what is asked is returned, not changed in place"]
    pub fn by(self, member: Member) -> Self {
        Self { member: Some(member), ..self }
    }

    /// Asks how many more of some generations there can be, by the prices of an engine.
    #[must_use = "what is asked is returned, not changed in place"]
    pub fn with_generations(
        self,
        engine: &Arc<CostEngine>,
        generations: impl IntoIterator<Item = GenerationRequest>,
    ) -> Self {
        Self { engine: Some(engine.clone()), generations: generations.into_iter().collect(), ..self }
    }
}

impl<S: LedgerStore> Ledger<S> {
    /// Everything that a credits window shows, at an instant. It costs two loads and one page of entries, however long
    /// the journal is.
    ///
    /// # Errors
    ///
    /// As for [`Ledger::balance`].
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, GenerationRequest, Key, Unit, books, ledger::{Ledger, ViewAsk}};
    /// # use studio_credits::{pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-29T12:00:00Z".parse()?);
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// let ledger = ledger.with_plans(books::imagineart_plans().into());
    /// let still = GenerationRequest::new("image", "seedream-v4.5")?;
    /// ledger.charge(&account, &Key::new("job-1")?, &engine.quote(&still, now)?, now).await?;
    ///
    /// let ask = ViewAsk::default().with_recent(20).with_generations(&engine, [still]);
    /// let view = serde_json::to_value(ledger.view(&account, &ask, now).await?)?;
    /// assert_eq!(view["available"], "26");
    /// assert_eq!(view["recent"][0]["settled"], "24");
    /// assert_eq!(view["recent"][0]["outcome"], "delivered");
    /// assert_eq!(view["fits"][0]["times"], 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn view(
        &self,
        account: &AccountId,
        ask: &ViewAsk,
        now: DateTime<Utc>,
    ) -> Result<CreditsView, LedgerError> {
        let seq = if ask.recent == 0 { 0 } else { self.account(account).await?.seq() };
        let recent = u64::try_from(ask.recent).unwrap_or(u64::MAX);
        let entries = match ask.recent {
            0 => Vec::new(),
            max => self.entries(account, seq.saturating_sub(recent), max).await?,
        };
        let holds: BTreeSet<_> = entries.iter().filter_map(|entry| work_of(entry)).cloned().collect();
        let names = holds.into_iter().map(RecordName::Charge).collect();
        let known = self.look(account, names, Freshness::Latest).await?;
        let now = known.now.unwrap_or(now);
        let view = known.account.view_at(now)?;
        let fits = ask.generations.iter().map(|request| ask.fit(&known.account, request, now));
        let fits = fits.collect::<Result<_, _>>()?;
        Ok(CreditsView { account: view, recent: activities(&entries, &known, now), fits })
    }
}

impl ViewAsk {
    fn fit(&self, account: &Account, request: &GenerationRequest, now: DateTime<Utc>) -> Result<Fit, LedgerError> {
        let refused = |request: &GenerationRequest, price, refusal: String| {
            let (request, refusal) = (request.clone(), Some(refusal));
            Ok(Fit { request, price, times: Some(0), refusal })
        };
        let request = match account.with_facts(request.clone(), now) {
            Ok(request) => request,
            Err(FactsError::Account(error)) => return Err(error.into()),
            Err(error @ FactsError::Request(_)) => return refused(request, None, error.to_string()),
        };
        let Some(engine) = &self.engine else { return refused(&request, None, "there are no prices".to_owned()) };
        let quote = match engine.quote(&request, now) {
            Ok(quote) => quote,
            Err(error) => return refused(&request, None, error.to_string()),
        };
        let purchase = Purchase::new(&quote);
        let purchase = self.member.iter().fold(purchase, |purchase, member| purchase.by(member.clone()));
        let spend = match purchase.to_hold() {
            Ok(spend) => spend,
            Err(error) => return refused(&request, None, error.to_string()),
        };
        let price = Some(spend.amount());
        if let Some(declined) = account.explain(&spend, now)?.declined {
            return refused(&request, price, declined.to_string());
        }
        Ok(Fit { times: account.affords(&spend, now)?, price, refusal: None, request })
    }
}

/// What happened, the latest first.
fn activities(entries: &[Arc<Entry>], known: &Known, now: DateTime<Utc>) -> Vec<Activity> {
    let mut told = BTreeSet::new();
    let mut activities = Vec::new();
    for entry in entries.iter().rev() {
        if let Fact::PlanChanged { .. } | Fact::SubscriptionEnded { .. } = &entry.fact {
            let amount = moved(entry, Bucket::Expired);
            activities.extend(amount.map(|amount| Activity::Gone { expired: true, amount, at: entry.at }));
        }
        match work_of(entry) {
            Some(hold) if told.insert(hold) => activities.extend(work(hold, entries, known, now)),
            Some(_) => {}
            None => activities.extend(other(entry)),
        }
    }
    activities
}

/// The work that an entry is about.
fn work_of(entry: &Entry) -> Option<&HoldId> {
    match &entry.fact {
        Fact::Held { hold, .. }
        | Fact::Settled { hold, .. }
        | Fact::Released { hold, .. }
        | Fact::Lapsed { hold }
        | Fact::MarkedUnknown { hold, .. }
        | Fact::Extended { hold, .. }
        | Fact::Charged { charge: hold, .. }
        | Fact::Refunded { charge: hold, .. } => Some(hold),
        _ => None,
    }
}

/// Work as it is by now.
fn work(id: &HoldId, entries: &[Arc<Entry>], known: &Known, now: DateTime<Utc>) -> Option<Activity> {
    let hold = id.clone();
    if let Some(open) = known.account.hold(id) {
        let state = match open.unknown {
            _ if open.lapses_at <= now => WorkState::Lapsed,
            true => WorkState::Unknown,
            false => WorkState::Held,
        };
        let (work, at, quoted) = (open.work.clone(), open.held_at, open.amount);
        let (outcome, outputs, settled, refunded) = (None, None, Credits::ZERO, Credits::ZERO);
        return Some(Activity::Work { hold, work, at, state, outcome, outputs, quoted, settled, refunded });
    }
    let Some(Record::Charge(charge)) = known.records.get(&RecordName::Charge(id.clone())) else { return None };
    let state = match charge.state {
        ChargeState::Settled => WorkState::Settled,
        ChargeState::Released => WorkState::Released,
        ChargeState::Lapsed => WorkState::Lapsed,
    };
    let (work, at, outcome, quoted) = (charge.work.clone(), charge.held_at, charge.outcome, charge.held);
    let outputs = entries.iter().find_map(|entry| outputs(entry, charge));
    let (settled, refunded) = (charge.settled, charge.refunded);
    Some(Activity::Work { hold, work, at, state, outcome, outputs, quoted, settled, refunded })
}

/// What an entry says of the outputs of a charge, if it settles that by what was delivered.
fn outputs(entry: &Entry, charge: &Charge) -> Option<Outputs> {
    let Fact::Settled { hold, settlement, .. } = &entry.fact else { return None };
    if *hold != charge.id {
        return None;
    }
    let asked = charge.basis.as_ref().map(|basis| basis.request().count());
    match settlement.due() {
        Portion::Priced { delivery, .. } => {
            let asked = asked?;
            Some(Outputs { delivered: delivery.delivered_of(asked), asked })
        }
        Portion::Items(items) => {
            let delivered = items.iter().find(|(outcome, _)| *outcome == Outcome::Delivered).map_or(0, |it| it.1);
            let asked = items.iter().try_fold(0_u64, |sum, (_, count)| sum.checked_add(*count))?;
            Some(Outputs { delivered, asked })
        }
        Portion::Whole | Portion::Exactly(_) => None,
    }
}

/// How much an entry moves to a bucket, if anything.
fn moved(entry: &Entry, to: Bucket) -> Option<Credits> {
    let legs = entry.postings.iter().filter(|leg| leg.to == to).map(|leg| leg.amount);
    Credits::checked_sum(legs).filter(|amount| !amount.is_zero())
}

fn other(entry: &Entry) -> Option<Activity> {
    let at = entry.at;
    match &entry.fact {
        Fact::Granted { terms, .. }
        | Fact::Renewed { terms, .. }
        | Fact::Allowed { terms, .. }
        | Fact::RolledOver { terms, .. }
        | Fact::Rewarded { terms, .. }
        | Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => {
            let grant = entry.postings.first()?.lot.clone();
            let (kind, amount) = (terms.kind().clone(), terms.amount());
            Some(Activity::Granted { grant, kind, amount, at, expires_at: terms.expires_at() })
        }
        Fact::Expired { .. } => Some(Activity::Gone { expired: true, amount: moved(entry, Bucket::Expired)?, at }),
        Fact::Revoked { .. } | Fact::ChargedBack { .. } | Fact::Adjusted { .. } | Fact::Closed { .. } => {
            Some(Activity::Gone { expired: false, amount: moved(entry, Bucket::Revoked)?, at })
        }
        Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, .. } => {
            Some(Activity::Plan { plan: Some(subscription.plan.name().clone()), at })
        }
        Fact::SubscriptionEnded { .. } => Some(Activity::Plan { plan: None, at }),
        _ => None,
    }
}
