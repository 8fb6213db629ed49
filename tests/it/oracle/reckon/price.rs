//! What tables come to, and the rates of parts.

use super::{Answer, Datum, Fraction, Price, Refusal, Scene};
use crate::oracle::tree::{Key, Literal};

type Cells = [(Vec<Key>, Price)];

impl<'s> Scene<'s> {
    pub(crate) fn price(&self, price: &'s Price) -> Answer<Datum> {
        match price {
            Price::Formula(formula) => self.formula(formula),
            Price::Free => Ok(Datum::Number(Fraction::default())),
            Price::NotOffered => Err(Refusal::NotOffered),
            Price::Table(by, cells) => match by.split_once(" x ") {
                Some((width, height)) => self.covering(width, height, cells),
                None => self.price(chosen(&self.name(by)?, cells)?),
            },
        }
    }

    /// What a quantity comes to at a price, which may be a table by that quantity.
    pub(super) fn charged(&self, price: &'s Price, quantity: &Fraction) -> Answer<Fraction> {
        let zero = Fraction::default();
        let amount = match price {
            Price::Table(by, cells) if by == "volume" => {
                return self.charged(chosen(&Datum::Number(quantity.clone()), cells)?, quantity);
            }
            Price::Table(by, cells) if by == "graduated" && *quantity != zero => {
                let mut tiers: Vec<(&Literal, &Price)> = Vec::new();
                let mut beyond = None;
                for (keys, price) in cells {
                    match keys.as_slice() {
                        [Key::UpTo(bound)] => tiers.push((bound, price)),
                        [Key::Else] => beyond = Some(price),
                        keys => panic!("{keys:?} is no tier"),
                    }
                }
                tiers.sort_by(|(one, _), (other, _)| one.value.cmp(&other.value));
                self.graduated(quantity, &tiers, beyond, Self::number_of)?
            }
            Price::Table(by, _) if by == "graduated" => zero.clone(),
            Price::Table(by, cells) if !by.contains(" x ") => {
                return self.charged(chosen(&self.name(by)?, cells)?, quantity);
            }
            price => {
                let rate = self.number_of(price)?;
                if rate < zero {
                    return Err(Refusal::Negative);
                }
                self.kept(rate * quantity)
            }
        };
        if *quantity < zero || amount < zero { Err(Refusal::Negative) } else { Ok(amount) }
    }

    /// The size itself, or else the cheapest that covers width and height, either way round.
    fn covering(&self, width: &str, height: &str, cells: &'s Cells) -> Answer<Datum> {
        let side = |name| match self.name(name)? {
            Datum::Number(number) => Ok(number),
            other => panic!("{other:?} is no width or height"),
        };
        let (width, height) = (side(width)?, side(height)?);
        let mut sizes: Vec<((&Fraction, &Fraction), &'s Price)> = Vec::new();
        let mut otherwise = None;
        for (keys, price) in cells {
            for key in keys {
                match key {
                    Key::Size(wide, high) => sizes.push(((&wide.value, &high.value), price)),
                    Key::Else => otherwise = Some(price),
                    key => panic!("{key:?} is no size"),
                }
            }
        }
        let itself = |size: (&Fraction, &Fraction)| sizes.iter().find(|(known, _)| *known == size);
        if let Some((_, price)) = itself((&width, &height)).or_else(|| itself((&height, &width))) {
            return self.price(price);
        }
        let covers = |(wide, high): &(&Fraction, &Fraction)| {
            (**wide >= width && **high >= height) || (**high >= width && **wide >= height)
        };
        let mut cheapest = None;
        for (_, price) in sizes.iter().filter(|(size, _)| covers(size)) {
            let price = match self.number_of(price) {
                // A size that is not offered covers nothing.
                Err(Refusal::NotOffered) => continue,
                price => price?,
            };
            cheapest = Some(cheapest.map_or(price.clone(), |cheapest: Fraction| cheapest.min(price)));
        }
        match (cheapest, otherwise) {
            (Some(cheapest), _) => Ok(Datum::Number(cheapest)),
            (None, Some(otherwise)) => self.price(otherwise),
            (None, None) => Err(Refusal::NotOffered),
        }
    }
}

/// The cell for a value: under the value itself, or the tightest bound that holds, or else `else`.
fn chosen<'c>(value: &Datum, cells: &'c Cells) -> Answer<&'c Price> {
    let under =
        |holds: &dyn Fn(&Key) -> bool| cells.iter().find(|(keys, _)| keys.iter().any(holds)).map(|(_, price)| price);
    let found = match value {
        Datum::Text(text) => under(&|key| matches!(key, Key::Word(word) if word == text)),
        Datum::Flag(flag) => under(&|key| matches!(key, Key::Word(word) if *word == flag.to_string())),
        Datum::Number(number) => under(&|key| matches!(key, Key::Number(literal) if literal.value == *number))
            .or_else(|| tightest(number, cells)),
        other => panic!("{other:?} keys no table"),
    };
    found.or_else(|| under(&|key| *key == Key::Else)).ok_or(Refusal::NotOffered)
}

fn tightest<'c>(number: &Fraction, cells: &'c Cells) -> Option<&'c Price> {
    let bounds = cells.iter().flat_map(|(keys, price)| keys.iter().map(move |key| (key, price)));
    let holding = bounds.filter_map(|(key, price)| match key {
        Key::UpTo(bound) if *number <= bound.value => Some(((&bound.value, 1), price)),
        Key::Below(bound) if *number < bound.value => Some(((&bound.value, 0), price)),
        _ => None,
    });
    holding.min_by_key(|(bound, _)| *bound).map(|(_, price)| price)
}
