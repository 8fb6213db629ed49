//! Prices as plain data: numbers, formulas and tables.

use proptest::{
    prelude::*,
    sample::{select, subsequence},
};
use rust_decimal::Decimal;
use studio_credits::pricing::Price;

use super::turn;

/// A price, as plain data.
#[derive(Clone, Debug)]
pub(crate) enum Rate {
    Number(Decimal),
    Formula(String),
    Free,
    NotOffered,
    Table(&'static str, Vec<(&'static str, Rate)>),
}

impl Rate {
    pub(crate) fn price(&self) -> Price {
        match self {
            Self::Number(number) => Price::from(*number),
            Self::Formula(formula) => Price::from(formula.as_str()),
            Self::Free => Price::free(),
            Self::NotOffered => Price::not_offered(),
            Self::Table(by, cells) => Price::by(by, cells.iter().map(|(key, rate)| (key, rate.price()))),
        }
    }

    /// Puts the cells of all tables in another order.
    pub(crate) fn turn(&mut self, by: usize) {
        if let Self::Table(_, cells) = self {
            turn(cells, by);
            for (_, rate) in cells {
                rate.turn(by);
            }
        }
    }
}

/// Amounts above zero of at most six decimal places, among them many halves, whose roundings are ties.
pub(crate) fn amounts() -> impl Strategy<Value = Decimal> + Clone {
    let digits = (1_i64..200_000, select(&[0_u32, 1, 2, 4, 6, 6][..]));
    let halves = (1_i64..40).prop_map(|halves| (halves * 5, 1));
    prop_oneof![3 => digits, 1 => halves].prop_map(|(digits, places)| Decimal::new(digits, places).normalize())
}

/// Numbers, and tables of numbers by the resolution.
pub(crate) fn simple_rates() -> impl Strategy<Value = Rate> {
    let number = amounts().prop_map(Rate::Number);
    prop_oneof![number.clone(), table("resolution", &["1k", "2k", "4k", "else"], 1, number.boxed())]
}

/// Prices of every shape.
pub(crate) fn rates() -> impl Strategy<Value = Rate> {
    let number = amounts().prop_map(Rate::Number);
    let simple = prop_oneof![6 => number.clone(), 6 => formulas(), 1 => Just(Rate::Free), 1 => Just(Rate::NotOffered)];
    let nested = simple.clone().prop_recursive(2, 8, 3, tables);
    let graduated = table("graduated", &["<= 2", "<= 7.5", "else"], 3, number.boxed());
    prop_oneof![3 => simple.clone(), 3 => nested, 1 => table("volume", &["<= 2", "<= 9", "else"], 2, simple.boxed()),
        1 => graduated]
}

fn tables(cell: impl Strategy<Value = Rate> + 'static) -> BoxedStrategy<Rate> {
    let cell = cell.boxed();
    let of = |by, keys, least| table(by, keys, least, cell.clone());
    prop_oneof![
        of("resolution", &["1k", "2k", "4k", "else"], 1),
        of("resolution", &["1k, 4k", "2k"], 1),
        of("aspect ratio", &["16:9", "1:1"], 2),
        of("audio", &["true", "false"], 2),
        of("plan", &["free", "pro"], 1),
        of("level", &["low", "high"], 1),
        of("duration", &["5", "< 5", "<= 10", "else"], 2),
        of("count", &["1", "2", "<= 4", "else"], 2),
        of("width x height", &["1024x1024", "512x2048", "4096x4096"], 1),
    ]
    .boxed()
}

/// A table of at least so many of the cells.
fn table(
    by: &'static str,
    keys: &'static [&'static str],
    least: usize,
    cell: BoxedStrategy<Rate>,
) -> impl Strategy<Value = Rate> {
    let cells = (subsequence(keys, least..=keys.len()), proptest::collection::vec(cell, keys.len()));
    cells.prop_map(move |(keys, rates)| Rate::Table(by, keys.into_iter().zip(rates).collect()))
}

/// Formulas, of which some have no result or are below 0 for some requests.
fn formulas() -> impl Strategy<Value = Rate> {
    let forms = [
        "# * duration",
        "max(0, duration - 5) * #",
        "ceil(width * height / 1e6) * #",
        "# / 3",
        "if audio then # else # / 2",
        "blocks(duration, 4) * # * margin",
        "graduated(count, 2: #, else: # / 2)",
        "round(#, 0.5) + 2 ^ count",
        "sqrt(seats, 4) * #",
        "# - duration",
        "duration - #",
        "# / (duration - 5)",
    ];
    (select(forms.to_vec()), amounts()).prop_map(|(form, amount)| Rate::Formula(form.replace('#', &amount.to_string())))
}
