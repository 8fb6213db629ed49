//! Where a request lands: the rule that prices it, and what is in each slot.

use chrono::{DateTime, Utc};

use super::{
    book::Exactness,
    edition::{Edition, Slice},
    evaluate::{Fault, Scene},
    program::{Fill, INPUTS_MAX, Input, InputKind, Rule},
    quote::{Quote, Why},
    refusal::PriceError,
};
use crate::{credits::Credits, request::GenerationRequest};

/// How many slots are cheap to clear.
const SLOTS_FEW: usize = 8;

/// Where a request landed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat<'a, 's> {
    pub(crate) edition: &'a Edition,
    pub(crate) slice: &'a Slice,
    pub(crate) rule: &'a Rule,
    pub(crate) request: &'a GenerationRequest,
    pub(crate) scene: Scene<'a, 's>,
    pub(crate) catch_all: bool,
    pub(crate) at: DateTime<Utc>,
}

impl Edition {
    /// What a request costs: the number alone.
    #[inline]
    pub(crate) fn price(&self, request: &GenerationRequest, at: DateTime<Utc>) -> Result<Credits, PriceError> {
        self.filled(request, at, |slice, _, fills| {
            let tabulated = slice.tabulated.as_ref().and_then(|table| table.price(&slice.inputs, request, fills));
            tabulated.map_or_else(|| slice.price(request, fills), Ok)
        })
    }

    /// Finds the seat of a request and hands it on.
    #[inline]
    pub(crate) fn seat<'a, T>(
        &'a self,
        request: &'a GenerationRequest,
        at: DateTime<Utc>,
        then: impl FnOnce(&Seat<'a, '_>) -> Result<T, PriceError>,
    ) -> Result<T, PriceError> {
        self.filled(request, at, |slice, catch_all, fills| {
            let rule = slice.rule(request, request.count(), fills)?;
            let scene = slice.scene(rule, request, request.count(), fills);
            then(&Seat { edition: self, slice, rule, request, scene, catch_all, at })
        })
    }

    /// Fills the slots with what a request says, and hands them on; they live on the stack meanwhile.
    #[inline]
    fn filled<'a, T>(
        &'a self,
        request: &GenerationRequest,
        at: DateTime<Utc>,
        then: impl FnOnce(&'a Slice, bool, &[Fill]) -> Result<T, PriceError>,
    ) -> Result<T, PriceError> {
        let (slice, catch_all) = self.slice(request, at)?;
        // To clear the many slots that there may be takes longer than to price with the few that there are.
        let mut few = [Fill::Preset; SLOTS_FEW];
        let mut many;
        let slots: &mut [Fill] = if slice.inputs.len() <= SLOTS_FEW {
            &mut few
        } else {
            many = [Fill::Preset; INPUTS_MAX];
            &mut many
        };
        let fills = slots.get_mut(..slice.inputs.len()).unwrap_or_default();
        self.fill(slice, request, fills)?;
        then(slice, catch_all, fills)
    }
}

impl Slice {
    /// What a request costs by the rule that its settings lead to.
    #[inline(never)]
    fn price(&self, request: &GenerationRequest, fills: &[Fill]) -> Result<Credits, PriceError> {
        let rule = self.rule(request, request.count(), fills)?;
        let scene = self.scene(rule, request, request.count(), fills);
        rule.price(&scene).map_err(|fault| self.refusal(rule, request, fault))
    }

    /// What a rule of this slice may ask for.
    #[inline]
    pub(crate) fn scene<'a: 's, 's>(
        &'a self,
        rule: &'a Rule,
        request: &'s GenerationRequest,
        count: u64,
        fills: &'s [Fill],
    ) -> Scene<'a, 's> {
        Scene { request, count, inputs: &self.inputs, fills, lets: &rule.lets, local: None }
    }
}

impl<'a: 's, 's> Seat<'a, 's> {
    pub(crate) fn quote(&self) -> Result<Quote<'a>, PriceError> {
        let Self { edition, slice, rule, request, catch_all, at, .. } = *self;
        let (total, lines) = rule.itemised(&self.scene).map_err(|fault| self.refusal(fault))?;
        let exactness = self.exactness();
        let maximum = self.maximum(total, exactness);
        let why = Why { rule, slice, request, catch_all };
        Ok(Quote { total, maximum, exactness, lines, why, edition, at })
    }

    /// How exact the price is.
    pub(crate) fn exactness(&self) -> Exactness {
        self.rule.exactness.max(self.knowledge())
    }

    /// How exact the price is as far as what is measured goes.
    fn knowledge(&self) -> Exactness {
        if !self.slice.measured {
            return Exactness::Exact;
        }
        let mut exactness = Exactness::Exact;
        for (slot, (input, fill)) in self.slice.inputs.iter().zip(self.scene.fills).enumerate() {
            match fill {
                _ if !self.rule.reads(slot) => {}
                Fill::Most => exactness = exactness.max(Exactness::AtMost),
                Fill::Preset if input.measured => exactness = exactness.max(Exactness::Estimate),
                _ => {}
            }
        }
        exactness
    }

    /// The price with the most of everything that is not known yet; `None` where that has no bound.
    fn maximum(&self, total: Credits, exactness: Exactness) -> Option<Credits> {
        if exactness == Exactness::From {
            return None;
        }
        if !self.slice.measured {
            return Some(total);
        }
        let open = |slot, input: &Input, fill: &Fill| input.measured && *fill == Fill::Preset && self.rule.reads(slot);
        let inputs = || self.slice.inputs.iter().zip(self.scene.fills).enumerate();
        if !inputs().any(|(slot, (input, fill))| open(slot, input, fill)) {
            return Some(total);
        }
        let mut fills = [Fill::Preset; INPUTS_MAX];
        for (most, (slot, (input, fill))) in fills.iter_mut().zip(inputs()) {
            let bounded = matches!(input.kind, InputKind::Number { bounded: true, .. });
            match open(slot, input, fill) {
                true if !bounded => return None,
                true => *most = Fill::Most,
                false => *most = *fill,
            }
        }
        let fills = fills.get(..self.scene.fills.len())?;
        let scene = Scene { fills, ..self.scene };
        self.rule.price(&scene).ok().map(|most| most.max(total))
    }

    fn refusal(&self, fault: Fault<'_>) -> PriceError {
        self.slice.refusal(self.rule, self.scene.request, fault)
    }
}
