//! What is asked of plans, in words: `subscribe basic inv-1 months=3 by=ada`.

use std::fs;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::books::{self, FreeCredits};
use studio_credits::journal::{Command, MonthMax, RewardCommand, Role, SubscriptionCommand, TeamCommand};
use studio_credits::plan::{AutoTopUp, EditionName, Plan, PlanBook, PlanName, Term, Zone};
use studio_credits::{AccountId, Member, Reason};

use super::{Said, Words, instant, text_of};
use crate::account::sheet;

/// What is sold, and when it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) book: Arc<PlanBook>,
    pub(crate) at: DateTime<Utc>,
}

/// The plans that ship with the crate, at noon.
impl Default for Offer {
    fn default() -> Self {
        Self { book: books::imagineart_plans().into(), at: instant("12:00").unwrap() }
    }
}

/// The plans of ImagineArt under one of its rules on free credits, or those of `tests/data/account/plan/*.toml`.
pub(crate) fn book(name: &str) -> Arc<PlanBook> {
    let book = match name {
        "imagineart" => books::imagineart_plans(),
        "imagineart-100" => books::imagineart_plans_with(FreeCredits::HundredForAll),
        "imagineart-100-without" => books::imagineart_plans_with(FreeCredits::HundredWithoutSubscription),
        name => {
            let text = fs::read_to_string(sheet::data(&format!("account/plan/{name}.toml")));
            PlanBook::parse(&text.unwrap_or_else(|error| panic!("plans `{name}`: {error}"))).unwrap()
        }
    };
    book.into()
}

impl Words<'_> {
    /// A command that is about plans, if it is one.
    pub(super) fn of_plans(&mut self, verb: &str, reason: &Reason) -> Said<Option<Command>> {
        let reason = || reason.clone();
        let command = match verb {
            "subscribe" => {
                let (plan, reference, by) = (self.plan()?, self.read()?, self.by());
                let term = self.term()?.unwrap_or(Term::MONTH);
                SubscriptionCommand::Subscribe { plan, term, reference, by }.into()
            }
            "renew" => {
                let plan = self.option("plan").map(|plan| PlanName::new(plan).unwrap());
                SubscriptionCommand::Renew { reference: self.read()?, plan }.into()
            }
            "upgrade" => {
                let (plan, reference, by, term) = (self.plan()?, self.read()?, self.by(), self.term()?);
                SubscriptionCommand::Upgrade { plan, term, reference, by }.into()
            }
            "schedule" => {
                let (plan, by, term) = (self.plan()?, self.by(), self.term()?);
                SubscriptionCommand::Schedule { plan, term, by }.into()
            }
            "cancel" => SubscriptionCommand::Cancel { reason: reason(), by: self.by() }.into(),
            "end" => SubscriptionCommand::End { reason: reason() }.into(),
            "resume" => SubscriptionCommand::Resume { by: self.by() }.into(),
            "fail" => SubscriptionCommand::FailPayment { reference: self.read()? }.into(),
            "top-up" => Command::BuyTopUp { pack: self.read()?, reference: self.read()?, by: self.by() },
            "reward" => RewardCommand::Give { reward: self.read()?, referee: self.referee() }.into(),
            "promise" => RewardCommand::Promise { reward: self.read()?, referee: self.read()? }.into(),
            "take-back" => {
                RewardCommand::TakeBack { reward: self.read()?, referee: self.read()?, reason: reason() }.into()
            }
            "join" => {
                let (role, member) = (if self.flag("owner") { Role::Owner } else { Role::Member }, self.read()?);
                TeamCommand::Join { member, role }.into()
            }
            "limit" => TeamCommand::Limit { member: self.read()?, month_max: self.month_max()? }.into(),
            "leave" => TeamCommand::Leave { member: self.read()? }.into(),
            "zone" => Command::SetZone { zone: self.read::<Zone>()? },
            "auto-top-up" => {
                let by = self.by();
                let below = self.next();
                let values = if below == "off" { None } else { Some(self.auto_top_up(below)?) };
                Command::SetAutoTopUp { values, by }
            }
            _ => return Ok(None),
        };
        Ok(Some(command))
    }

    /// `basic`, as it is sold now; `basic@2026-11`, in an edition whether or not it is sold; either of another book with
    /// `of=`.
    fn plan(&mut self) -> Said<Arc<Plan>> {
        let book = self.option("of").map_or_else(|| self.offer.book.clone(), book);
        let name = self.next();
        let Some((name, edition)) = name.split_once('@') else {
            return book.plan(name, self.offer.at).cloned().map_err(text_of);
        };
        let (name, edition) = (PlanName::new(name).unwrap(), EditionName::new(edition).unwrap());
        Ok(book.edition(&name, &edition).unwrap_or_else(|| panic!("no edition `{edition}` of `{name}`")).clone())
    }

    fn term(&mut self) -> Said<Option<Term>> {
        self.option("months").map(|months| Term::new(months.parse().unwrap()).map_err(text_of)).transpose()
    }

    fn by(&mut self) -> Option<Member> {
        self.option("by").map(|by| by.parse().unwrap())
    }

    fn referee(&mut self) -> Option<AccountId> {
        self.option("for").map(|referee| referee.parse().unwrap())
    }

    fn month_max(&mut self) -> Said<MonthMax> {
        Ok(match self.next() {
            "none" => MonthMax::Unlimited,
            "plan" => MonthMax::OfPlan,
            credits => MonthMax::Credits(credits.parse().map_err(text_of)?),
        })
    }

    fn auto_top_up(&mut self, below: &str) -> Said<AutoTopUp> {
        AutoTopUp::new(below.parse().map_err(text_of)?, self.read()?).map_err(text_of)
    }
}
