//! Buying packs of credits, by hand or without being asked.

use std::sync::Arc;

use super::{DecideError, Declined, Lifts, draft::Draft};
use crate::{
    diagnostic::nearest,
    ids::{Member, Reference},
    journal::Fact,
    plan::{AutoTopUp, TopUp, TopUpName},
};

impl Draft<'_> {
    /// Grants a pack that the plan in force sells. What was bought is not touched when it no longer does.
    pub(super) fn buy_top_up(
        &mut self,
        pack: &TopUpName,
        reference: &Reference,
        by: Option<&Member>,
    ) -> Result<(), DecideError> {
        self.purchases(by)?;
        let plan = self.staged.plan_at(self.at).cloned();
        let sold = plan.as_deref().map_or(&[][..], |plan| plan.top_ups());
        let Some(found) = sold.iter().find(|top_up| top_up.name() == pack) else {
            let nearest = nearest(pack.as_str(), sold.iter().map(|top_up| top_up.name().as_str()));
            let nearest = nearest.and_then(|name| sold.iter().map(TopUp::name).find(|known| known.as_str() == name));
            let (nearest, lifts) = (nearest.cloned(), Lifts::default());
            let plan = plan.as_ref().map(|plan| plan.name().clone());
            return Err(Declined::NoTopUp { pack: pack.clone(), plan, nearest, lifts }.into());
        };
        if !self.staged.sells(found) {
            let (on_sale, lifts) = (found.on_sale(), Lifts::default());
            return Err(Declined::NotOnSale { pack: pack.clone(), on_sale, lifts }.into());
        }
        let grant = found.grant_at(self.at).map_err(Declined::from)?.with_reference(reference.clone());
        self.give(&Arc::new(grant), |grant, terms| Fact::Granted { grant, terms })
    }

    pub(super) fn set_auto_top_up(
        &mut self,
        values: Option<AutoTopUp>,
        by: Option<&Member>,
    ) -> Result<(), DecideError> {
        self.purchases(by)?;
        let plan = self.staged.plan_at(self.at);
        if values.is_some() && plan.is_none_or(|plan| plan.auto_top_up().is_none()) {
            let (plan, lifts) = (plan.map(|plan| plan.name().clone()), Lifts::default());
            return Err(Declined::NoAutoTopUp { plan, lifts }.into());
        }
        Ok(self.write(Fact::AutoTopUpSet { values }, vec![], vec![])?)
    }
}
