//! Powers, exponentials, logarithms and roots: to 120 places by series, and only then to those asked for.

use std::sync::OnceLock;

use num_bigint::BigInt;

use super::{Answer, Formula, Fraction, Refusal, Scene};
use crate::oracle::{
    number::{rounded, ten_to, whole},
    tree::{Round, Way},
};

/// Decimal places that are reckoned with.
const PLACES: u32 = 120;
/// Places beyond those asked for that a result is first taken to: what the crate promises.
const GUARD: u32 = 8;
/// What a result counted in its last guard place may come to, times its exponent: what the crate promises to reckon.
const LARGEST: u32 = 34;
/// Beyond this, e to the power of it is either too large for any result or nothing.
const EXPONENT_MAX: u32 = 200;

impl<'s> Scene<'s> {
    pub(super) fn inexact(&self, function: &str, values: &'s [Formula]) -> Answer<Fraction> {
        let (digits, values) = values.split_last().unwrap();
        let digits = u32::try_from(self.number(digits)?.to_integer()).unwrap();
        let x = self.number(&values[0])?;
        let zero = Fraction::default();
        match function {
            "sqrt" if x < zero => Err(Refusal::Undefined),
            "sqrt" => Ok(self.root(&x, digits)),
            "ln" if x <= zero => Err(Refusal::Undefined),
            "ln" => Ok(self.placed(&natural_logarithm(&x), digits, &zero)),
            "exp" => self.exponential(&x, digits, &x),
            _ => self.inexact_power(&x, &self.number(&values[1])?, digits),
        }
    }

    fn inexact_power(&self, base: &Fraction, exponent: &Fraction, digits: u32) -> Answer<Fraction> {
        let zero = Fraction::default();
        if *base < zero && !exponent.is_integer() || *base == zero && *exponent < zero {
            return Err(Refusal::Undefined);
        }
        let steps = exponent.to_integer();
        if exponent.is_integer() && *steps.magnitude() <= 200_u32.into() {
            let power = self.kept(base.pow(i32::try_from(steps).unwrap()));
            self.kept(&power * ten_to(digits));
            return Ok(self.placed(&power, digits, exponent));
        }
        match base {
            base if *base == zero => Ok(zero),
            base if *base < zero => panic!("a negative base and a vast exponent"),
            base => self.exponential(&(exponent * natural_logarithm(base)), digits, exponent),
        }
    }

    fn exponential(&self, x: &Fraction, digits: u32, exponent: &Fraction) -> Answer<Fraction> {
        if *x > whole(EXPONENT_MAX) {
            self.vast.set(true);
            return Err(Refusal::TooLarge);
        }
        let nothing = *x < -whole(EXPONENT_MAX);
        let power = if nothing { Fraction::default() } else { from_places(power_of_e(&to_places(x))) };
        Ok(self.placed(&power, digits, exponent))
    }

    /// Half up, after it was taken to the guard places.
    fn placed(&self, number: &Fraction, digits: u32, exponent: &Fraction) -> Fraction {
        let to = |digits| Round { way: Way::HalfUp, step: Fraction::new(1.into(), ten_to(digits)) };
        let guarded = rounded(number, &to(digits + GUARD));
        let weight = exponent.to_integer().magnitude() + 2_u32;
        if (&guarded * ten_to(digits + GUARD)).to_integer().magnitude() * weight >= *ten_to(LARGEST).magnitude() {
            self.vast.set(true);
        }
        rounded(&guarded, &to(digits))
    }

    /// The largest multiple of the last place of which less than half a place is above the root.
    fn root(&self, x: &Fraction, digits: u32) -> Fraction {
        let places = ten_to(digits);
        let squares = self.kept(x * &places * &places * whole(4));
        let (mut low, mut high) = (BigInt::from(0), squares.ceil().to_integer() + 2);
        while &low + 1 < high {
            let middle: BigInt = (&low + &high) / 2;
            let half_below = whole(&middle * 2 - 1);
            if &half_below * &half_below <= squares { low = middle } else { high = middle }
        }
        Fraction::new(low, places)
    }
}

fn one() -> BigInt {
    ten_to(PLACES)
}

fn to_places(number: &Fraction) -> BigInt {
    (number * one()).round().to_integer()
}

fn from_places(units: BigInt) -> Fraction {
    Fraction::new(units, one())
}

/// e to the power of a number, both in units of the last place: the series of a small part of it, squared up again.
fn power_of_e(x: &BigInt) -> BigInt {
    const HALVINGS: u32 = 12;
    let part: BigInt = x / BigInt::from(2).pow(HALVINGS);
    let (mut sum, mut term) = (one(), one());
    let mut at = 1_u32;
    while term != BigInt::from(0) {
        term = term * &part / one() / at;
        sum += &term;
        at += 1;
    }
    for _ in 0..HALVINGS {
        sum = &sum * &sum / one();
    }
    sum
}

/// The natural logarithm, by Halley's method: each step has three times the places of the one before.
fn natural_logarithm(x: &Fraction) -> Fraction {
    static OF_TWO: OnceLock<BigInt> = OnceLock::new();
    let of_two = OF_TWO.get_or_init(|| nearby_logarithm(&(one() * 2)));
    let bits = |number: &BigInt| i64::try_from(number.bits()).unwrap();
    let doublings = bits(x.numer()) - bits(x.denom());
    let scale = whole(BigInt::from(2).pow(u32::try_from(doublings.abs()).unwrap()));
    let near_one = if doublings < 0 { x * scale } else { x / scale };
    from_places(nearby_logarithm(&to_places(&near_one)) + of_two * doublings)
}

/// The logarithm of a number from a half to two, in units of the last place.
fn nearby_logarithm(x: &BigInt) -> BigInt {
    let mut y = BigInt::from(0);
    for _ in 0..6 {
        let power = power_of_e(&y);
        y += (x - &power) * 2 * one() / (x + &power);
    }
    y
}
