//! What a request, or else the preset of an input, has in a slot.

use super::{Fault, Scene, number_in};
use crate::{
    number::Number,
    pricing::program::{Fill, Input, InputKind, Preset, Slot, Symbol},
    value::{Shape, Value},
};

impl<'a: 's, 's> Scene<'a, 's> {
    #[inline]
    pub(crate) fn number(&self, slot: Slot) -> Result<Number, Fault<'a>> {
        let input = self.inputs.get(slot).ok_or(Fault::Undefined)?;
        match self.fills.get(slot) {
            Some(Fill::Given(at)) => number_in(self.given(input, *at)),
            Some(Fill::Most) => match input.kind {
                InputKind::Number { max, .. } => Ok(max),
                _ => Err(Fault::Undefined),
            },
            _ => match self.preset(slot)? {
                Preset::Number(number) => Ok(number),
                _ => Err(Fault::Undefined),
            },
        }
    }

    #[inline]
    pub(crate) fn symbol(&self, slot: Slot) -> Result<Symbol, Fault<'a>> {
        if let Some(Fill::Word(symbol, _)) = self.fills.get(slot) {
            return Ok(*symbol);
        }
        match self.preset(slot)? {
            Preset::Word(symbol) => Ok(symbol),
            _ => Err(Fault::Undefined),
        }
    }

    #[inline]
    pub(crate) fn flag(&self, slot: Slot) -> Result<bool, Fault<'a>> {
        if let Some(Fill::Flag(flag)) = self.fills.get(slot) {
            return Ok(*flag);
        }
        match self.preset(slot)? {
            Preset::Flag(flag) => Ok(flag),
            _ => Err(Fault::Undefined),
        }
    }

    #[inline]
    fn preset(&self, slot: Slot) -> Result<Preset, Fault<'a>> {
        let input = self.inputs.get(slot).ok_or(Fault::Undefined)?;
        let preset = input.preset.filter(|_| self.fills.get(slot) != Some(&Fill::Unmeasured));
        preset.ok_or(Fault::Missing(&input.name))
    }

    pub(crate) fn items(&self, slot: Slot) -> Result<&'s [Value], Fault<'a>> {
        let input = self.inputs.get(slot).ok_or(Fault::Undefined)?;
        let value = match self.fills.get(slot) {
            Some(Fill::Given(at)) => self.given(input, *at),
            Some(Fill::Unmeasured) => None,
            _ => input.default.as_ref(),
        };
        let value = value.ok_or(Fault::Missing(&input.name))?;
        Ok(match value.shape() {
            Shape::List(items) => items,
            // A list of one item reads as that item on a command line and in a table.
            _ => std::slice::from_ref(value),
        })
    }

    fn given(&self, input: &Input, at: u32) -> Option<&'s Value> {
        let given = if input.fact { self.request.facts_slice() } else { self.request.settings_slice() };
        given.get(usize::try_from(at).ok()?).map(|(_, value)| value)
    }
}
