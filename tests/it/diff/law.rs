//! What holds of every two books.

use std::fs;

use proptest::{collection::vec, prelude::*, test_runner::TestCaseError};
use rust_decimal::Decimal;
use studio_credits::{
    books,
    pricing::{CostEngine, PriceBook},
};

use crate::{
    generate::{Rate, Sample, asks, samples, simple_samples},
    laws::holds,
};

#[test]
fn a_book_does_not_differ_from_itself() {
    let mut texts: Vec<_> = fs::read_dir("tests/data/books").unwrap().map(|entry| entry.unwrap().path()).collect();
    texts.sort();
    let vendors = texts.iter().map(|path| PriceBook::parse(&fs::read_to_string(path).unwrap()).unwrap());
    for book in vendors.chain([books::imagineart()]) {
        let diff = book.diff(&book).unwrap();
        assert!(diff.is_empty() && diff.to_string().ends_with("\nno price changes\n"), "{diff}");
    }
    holds(15, samples(), |sample| {
        let diff = sample.book().diff(&sample.book()).unwrap();
        prop_assert!(diff.is_empty(), "{}", diff);
        Ok(())
    });
}

/// The same with the rules in another order, so that nothing is found to be the same without asking.
#[test]
fn a_book_in_another_order_does_not_differ() {
    holds(8, (samples(), any::<usize>()), |(sample, turned)| {
        let diff = sample.book().diff(&sample.turned(turned)).unwrap();
        prop_assert!(diff.prices.is_empty() && diff.removed.is_empty() && diff.added.is_empty(), "{}", diff);
        Ok(())
    });
}

#[test]
fn a_single_cell_that_changes_is_found() {
    holds(40, (samples(), any::<prop::sample::Index>(), vec(asks(), 60)), |(sample, cell, asks)| {
        found(&sample, cell, &asks)
    });
    holds(40, (simple_samples(), any::<prop::sample::Index>(), vec(asks(), 30)), |(sample, cell, asks)| {
        found(&sample, cell, &asks)
    });
}

/// Changes one cell of a book: where a request costs something else then, the diff says so of that model.
fn found(sample: &Sample, cell: prop::sample::Index, asks: &[crate::generate::Ask]) -> Result<(), TestCaseError> {
    let mut changed = sample.clone();
    let mut cells = 0;
    each_cell(&mut changed, &mut |_| cells += 1);
    if cells == 0 {
        return Ok(());
    }
    let (cell, mut at) = (cell.index(cells), 0);
    each_cell(&mut changed, &mut |rate| {
        if at == cell {
            *rate = match rate {
                Rate::Number(number) => Rate::Number(*number * Decimal::from(3) + Decimal::from(50)),
                Rate::Formula(formula) => Rate::Formula(format!("({formula}) * 3 + 50")),
                _ => Rate::Number(Decimal::from(50)),
            };
        }
        at += 1;
    });
    let (old, new) = (sample.book(), changed.book());
    let (Ok(before), Ok(after)) = (CostEngine::new(&old), CostEngine::new(&new)) else { return Ok(()) };
    let diff = old.diff(&new).unwrap();
    // Bounds may hide a cell from all but very many outputs.
    let few = asks.iter().filter(|ask| ask.count <= 10);
    for (request, ask) in few.filter_map(|ask| Some((ask.request()?, ask))) {
        let (one, other) = (before.price(&request, ask.at).ok(), after.price(&request, ask.at).ok());
        if one != other && diff.prices.is_empty() {
            let (old, new) = (old.to_toml(), new.to_toml());
            let changed: Vec<_> = old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
            prop_assert!(false, "{:?}: {:?} → {:?}\n{:?}\n{}", ask, one, other, changed, old);
        }
    }
    Ok(())
}

fn each_cell(sample: &mut Sample, change: &mut impl FnMut(&mut Rate)) {
    fn within(rate: &mut Rate, change: &mut impl FnMut(&mut Rate)) {
        match rate {
            Rate::Table(_, cells) => cells.iter_mut().for_each(|(_, rate)| within(rate, change)),
            cell => change(cell),
        }
    }
    for rule in sample.offers.iter_mut().flat_map(|offer| &mut offer.rules) {
        rule.each_rate(|rate| within(rate, change));
    }
}
