//! What formulas come to.

use super::{Answer, Datum, Formula, Fraction, Local, LocalValue, Refusal, Scene};
use crate::oracle::{
    number::whole,
    tree::{Literal, Loop, Sign},
};

/// The most rounds of a loop.
const ROUNDS_MAX: u32 = 1_000;

impl<'s> Scene<'s> {
    pub(crate) fn formula(&self, formula: &'s Formula) -> Answer<Datum> {
        let number = |number: Fraction| Ok(Datum::Number(self.kept(number)));
        match formula {
            Formula::Number(literal) => number(literal.value.clone()),
            Formula::Text(text) => Ok(Datum::Text(text.clone())),
            Formula::Flag(flag) => Ok(Datum::Flag(*flag)),
            Formula::Name(name) => self.name(name),
            Formula::Field(item, field) => self.field(item, field),
            Formula::Negate(inner) => number(-self.number(inner)?),
            Formula::Not(inner) => Ok(Datum::Flag(!self.truth(inner)?)),
            Formula::Binary(sign, left, right) => self.binary(*sign, left, right),
            Formula::In(one, several) => {
                let one = self.formula(one)?;
                for other in several {
                    if self.formula(other)? == one {
                        return Ok(Datum::Flag(true));
                    }
                }
                Ok(Datum::Flag(false))
            }
            Formula::If(parts) => {
                let [condition, yes, no] = &**parts;
                self.formula(if self.truth(condition)? { yes } else { no })
            }
            Formula::Call("any", conditions) => {
                for condition in conditions {
                    if self.truth(condition)? {
                        return Ok(Datum::Flag(true));
                    }
                }
                Ok(Datum::Flag(false))
            }
            Formula::Call("length", list) => match self.formula(&list[0])? {
                Datum::List(items) => number(whole(items.len())),
                other => panic!("{other:?} is no list"),
            },
            Formula::Call(function, values) => number(self.call(function, values)?),
            Formula::Tiers { graduated, quantity, tiers, beyond } => {
                let quantity = self.number(quantity)?;
                let tiers: Vec<_> = tiers.iter().map(|(bound, rate)| (bound, rate)).collect();
                if *graduated {
                    number(self.graduated(&quantity, &tiers, beyond.as_deref(), Self::number)?)
                } else {
                    let tier = tiers.iter().find(|(bound, _)| quantity <= bound.value).map(|(_, rate)| *rate);
                    number(self.number(tier.or(beyond.as_deref()).ok_or(Refusal::NotOffered)?)?)
                }
            }
            Formula::Fold(fold) => self.fold(fold),
            Formula::Loop(rounds) => number(self.rounds(rounds)?),
            Formula::Default(name) => Scene { at_defaults: true, ..self.outside() }.name(name),
            Formula::Price { studio, tool, model, stated } => {
                let model = self.text(model)?;
                let offers = [self.shop.referred(studio, tool.as_deref(), &model).ok_or(Refusal::NotOffered)?];
                let [theirs, ours] = [offers[0].unit(), self.unit].map(|unit| self.shop.worth(unit));
                let scene = Scene {
                    offers: &offers,
                    offer: offers[0],
                    count: 1,
                    unit: offers[0].unit(),
                    changes: &[],
                    active: &[],
                    referred: Some((stated, self)),
                    at_defaults: false,
                    local: None,
                    ..*self
                };
                number(scene.total()? * theirs / ours)
            }
        }
    }

    fn binary(&self, sign: Sign, left: &'s Formula, right: &'s Formula) -> Answer<Datum> {
        if let Sign::And | Sign::Or = sign {
            // The second is not asked where the first one decides.
            let first = self.truth(left)?;
            let decided = first == (sign == Sign::Or);
            return Ok(Datum::Flag(if decided { first } else { self.truth(right)? }));
        }
        let (left, right) = (self.formula(left)?, self.formula(right)?);
        match sign {
            Sign::Equal => return Ok(Datum::Flag(left == right)),
            Sign::Unequal => return Ok(Datum::Flag(left != right)),
            _ => {}
        }
        let (Datum::Number(left), Datum::Number(right)) = (&left, &right) else {
            panic!("{left:?} {sign:?} {right:?}");
        };
        let zero = Fraction::default();
        let number = match sign {
            Sign::Add => left + right,
            Sign::Subtract => left - right,
            Sign::Multiply => left * right,
            Sign::Divide if *right == zero => return Err(Refusal::DivisionByZero),
            Sign::Divide => left / right,
            Sign::Power => self.power(left, right)?,
            Sign::Less => return Ok(Datum::Flag(left < right)),
            Sign::AtMost => return Ok(Datum::Flag(left <= right)),
            Sign::Greater => return Ok(Datum::Flag(left > right)),
            Sign::AtLeast => return Ok(Datum::Flag(left >= right)),
            Sign::Equal | Sign::Unequal | Sign::And | Sign::Or => unreachable!("done above"),
        };
        Ok(Datum::Number(self.kept(number)))
    }

    /// The exact power, by a whole exponent.
    fn power(&self, base: &Fraction, exponent: &Fraction) -> Answer<Fraction> {
        let zero = Fraction::default();
        if *base == zero && *exponent < zero {
            return Err(Refusal::DivisionByZero);
        }
        if !exponent.is_integer() {
            return Err(Refusal::Undefined);
        }
        let exponent = i32::try_from(exponent.to_integer()).expect("a small exponent");
        let mut power = whole(1);
        for _ in 0..exponent.abs() {
            power = self.kept(power * base);
        }
        Ok(if exponent < 0 { power.recip() } else { power })
    }

    /// Each tier prices the units between the bound before it and its own.
    pub(super) fn graduated<T: Copy>(
        &self,
        quantity: &Fraction,
        tiers: &[(&Literal, T)],
        beyond: Option<T>,
        rate: impl Fn(&Self, T) -> Answer<Fraction>,
    ) -> Answer<Fraction> {
        let (mut sum, mut below) = (Fraction::default(), Fraction::default());
        for (bound, tier) in tiers {
            let upper = if *quantity <= bound.value { quantity } else { &bound.value };
            sum = self.kept(sum + self.kept((upper - &below) * rate(self, *tier)?));
            if *quantity <= bound.value {
                return Ok(sum);
            }
            below = upper.clone();
        }
        let last = rate(self, beyond.ok_or(Refusal::NotOffered)?)?;
        Ok(self.kept(sum + self.kept((quantity - below) * last)))
    }

    fn rounds(&self, rounds: &'s Loop) -> Answer<Fraction> {
        let (mut at, to) = (self.number(&rounds.from)?, self.number(&rounds.to)?);
        let mut value = self.number(&rounds.start)?;
        let mut done = 0;
        while at <= to {
            if done == ROUNDS_MAX {
                return Err(Refusal::RoundsOver);
            }
            let index = Local { name: &rounds.index, value: LocalValue::Number(at.clone()), outer: self.local };
            let within = Local { name: &rounds.value, value: LocalValue::Number(value), outer: Some(&index) };
            value = Scene { local: Some(&within), ..*self }.number(&rounds.next)?;
            at += whole(1);
            done += 1;
        }
        Ok(value)
    }
}
