//! Makes a book and a request smaller for as long as the crate and the oracle differ over them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    ask::Ask,
    compare::{Comparison, Difference},
    engine,
    shop::Shop,
    tree::{Addition, Book, Each, Factor, Formula, Price, Rule},
    write::written,
};

/// A smaller book, if there is one at this place; `None` once there are no more places.
type Cut = fn(&Book, usize) -> Option<Book>;

const CUTS: [Cut; 6] = [without_rule, without_said, without_member_said, without_let, without_setting, simpler_price];

pub(super) fn shrunk(book: &Book, ask: &Ask, difference: &Difference, seed: u64) -> (Book, Ask, Difference) {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut book, mut ask, mut difference) = (book.clone(), ask.clone(), difference.clone());
    loop {
        let mut cut = false;
        for cuts in CUTS {
            let mut at = 0;
            while let Some(smaller) = cuts(&book, at) {
                if let Some(found) = differs(&smaller, &ask, seed).filter(|found| found.what == difference.what) {
                    (book, difference, cut) = (smaller, found, true);
                } else {
                    at += 1;
                }
            }
        }
        for smaller in smaller_asks(&ask) {
            if let Some(found) = differs(&book, &smaller, seed).filter(|found| found.what == difference.what) {
                (ask, difference, cut) = (smaller, found, true);
                break;
            }
        }
        if !cut {
            break;
        }
    }
    std::panic::set_hook(quiet);
    (book, ask, difference)
}

/// The difference that there still is; none where the smaller book is no book.
fn differs(book: &Book, ask: &Ask, seed: u64) -> Option<Difference> {
    let compared = AssertUnwindSafe(|| {
        let engine = engine(&written(book, seed)).ok()?;
        Comparison::of(&engine, &Shop::of(book), ask).made().err()
    });
    catch_unwind(compared).ok().flatten()
}

fn smaller_asks(ask: &Ask) -> Vec<Ask> {
    let mut smaller = Vec::new();
    for at in 0..ask.settings.len() {
        let mut less = ask.clone();
        less.settings.remove(at);
        smaller.push(less);
    }
    for at in 0..ask.facts.len() {
        let mut less = ask.clone();
        less.facts.remove(at);
        smaller.push(less);
    }
    for at in 0..ask.end.measured.len() {
        let mut less = ask.clone();
        less.end.measured.remove(at);
        smaller.push(less);
    }
    for count in [1, 2, ask.count / 2, ask.count - 1] {
        if count >= 1 && count < ask.count {
            smaller.push(Ask { count, ..ask.clone() });
        }
    }
    smaller
}

fn removed<T: Clone>(list: &[T], at: usize) -> Option<Vec<T>> {
    let mut list = list.to_vec();
    (at < list.len()).then(|| {
        list.remove(at);
        list
    })
}

fn without_rule(book: &Book, at: usize) -> Option<Book> {
    let mut at = at;
    for (place, rule) in book.rules.iter().enumerate() {
        let members = rule.members.len();
        if at == 0 {
            return removed(&book.rules, place).map(|rules| Book { rules, ..book.clone() });
        }
        at -= 1;
        if at < members {
            let mut less = book.clone();
            less.rules[place].members.remove(at);
            return Some(less);
        }
        at -= members;
    }
    None
}

fn without_let(book: &Book, at: usize) -> Option<Book> {
    removed(&book.lets, at).map(|lets| Book { lets, ..book.clone() })
}

fn without_setting(book: &Book, at: usize) -> Option<Book> {
    let facts = at.checked_sub(book.settings.len());
    match facts {
        None => removed(&book.settings, at).map(|settings| Book { settings, ..book.clone() }),
        Some(at) => removed(&book.facts, at).map(|facts| Book { facts, ..book.clone() }),
    }
}

fn without_said(book: &Book, at: usize) -> Option<Book> {
    let sizes = 16;
    let rule = book.rules.get(at / sizes)?;
    let mut less = book.clone();
    less.rules[at / sizes] = silent(rule, at % sizes);
    if at / sizes == 0 {
        match at % sizes {
            0 => less.charge.clear(),
            1 => less.round = None,
            2 => (less.from, less.until) = (None, None),
            3 => less.convert.clear(),
            _ => {}
        }
    }
    changed(book, less)
}

fn without_member_said(book: &Book, at: usize) -> Option<Book> {
    let sizes = 16;
    let members = book.rules.iter().enumerate().flat_map(|(rule, it)| (0..it.members.len()).map(move |at| (rule, at)));
    let (rule, member) = members.clone().nth(at / sizes)?;
    let mut less = book.clone();
    less.rules[rule].members[member] = silent(&book.rules[rule].members[member], at % sizes);
    changed(book, less)
}

/// The smaller book; the same one again is no step, and is refused later on.
fn changed(book: &Book, less: Book) -> Option<Book> {
    if format!("{book:?}") == format!("{less:?}") {
        return Some(Book { rules: Vec::new(), ..less });
    }
    Some(less)
}

/// The rule without one of the things that it says.
fn silent(rule: &Rule, what: usize) -> Rule {
    let mut less = rule.clone();
    match what {
        0 => less.charge.clear(),
        1 => less.round = None,
        2 => (less.from, less.until) = (None, None),
        3 => drop(less.times.pop()),
        4 => drop(less.plus.pop()),
        5 => less.minimum = None,
        6 => less.maximum = None,
        7 => less.each = Each::default(),
        8 => less.exactness = None,
        9 => drop(less.settings.pop()),
        10 => drop(less.lets.pop()),
        11 => less.when = None,
        12 => drop(less.per.pop()),
        13 => drop(less.tools.pop()),
        14 => less.unit = None,
        _ => drop(less.except.pop()),
    }
    less
}

/// The book with one of its prices made simpler, in one of the ways that there are.
fn simpler_price(book: &Book, at: usize) -> Option<Book> {
    let mut left = at;
    let mut less = book.clone();
    let mut done = false;
    each_price(&mut less, &mut |price| {
        if done {
            return;
        }
        let ways = simpler(price);
        match ways.get(left) {
            Some(way) => (*price, done) = (way.clone(), true),
            None => left -= ways.len(),
        }
    });
    done.then_some(less)
}

fn each_price(book: &mut Book, change: &mut impl FnMut(&mut Price)) {
    book.lets.iter_mut().for_each(|(_, price)| change(price));
    for rule in &mut book.rules {
        let Rule { members, .. } = rule;
        members.iter_mut().for_each(|member| each_price_of(member, change));
        each_price_of(rule, change);
    }
}

fn each_price_of(rule: &mut Rule, change: &mut impl FnMut(&mut Price)) {
    rule.lets.iter_mut().chain(&mut rule.per).for_each(|(_, price)| change(price));
    for Factor { when, by } in &mut rule.times {
        change(by);
        as_price(when, change);
    }
    for Addition { when, per } in &mut rule.plus {
        per.iter_mut().for_each(|(_, price)| change(price));
        as_price(when, change);
    }
    as_price(&mut rule.when, change);
    let Each { minimum, maximum, .. } = &mut rule.each;
    [minimum, maximum, &mut rule.minimum, &mut rule.maximum].into_iter().flatten().for_each(change);
}

fn as_price(when: &mut Option<Formula>, change: &mut impl FnMut(&mut Price)) {
    if let Some(formula) = when {
        let mut price = Price::Formula(formula.clone());
        change(&mut price);
        if let Price::Formula(simpler) = price {
            *formula = simpler;
        }
    }
}

/// Ways to write less in place of a price: one of its cells, one cell less, a part of its formula.
fn simpler(price: &Price) -> Vec<Price> {
    match price {
        Price::Free | Price::NotOffered => Vec::new(),
        Price::Table(by, cells) => {
            let mut ways: Vec<Price> = cells.iter().map(|(_, price)| price.clone()).collect();
            for at in 0..cells.len() {
                ways.extend(removed(cells, at).map(|cells| Price::Table(by.clone(), cells)));
                ways.extend(simpler(&cells[at].1).into_iter().map(|simpler| {
                    let mut cells = cells.clone();
                    cells[at].1 = simpler;
                    Price::Table(by.clone(), cells)
                }));
            }
            ways
        }
        Price::Formula(formula) => simpler_formulas(formula).into_iter().map(Price::Formula).collect(),
    }
}

/// The parts of a formula, and the formula with a part of one of its parts in that place.
fn simpler_formulas(formula: &Formula) -> Vec<Formula> {
    let parts = parts(&mut formula.clone()).into_iter().map(|part| part.clone()).collect::<Vec<_>>();
    let mut ways = parts.clone();
    for (at, part) in parts.iter().enumerate() {
        ways.extend(simpler_formulas(part).into_iter().map(|simpler| {
            let mut whole = formula.clone();
            *self::parts(&mut whole).remove(at) = simpler;
            whole
        }));
    }
    ways
}

fn parts(formula: &mut Formula) -> Vec<&mut Formula> {
    match formula {
        Formula::Negate(inner) | Formula::Not(inner) => vec![inner],
        Formula::Binary(_, left, right) => vec![left, right],
        Formula::In(one, several) => several.iter_mut().chain([&mut **one]).collect(),
        Formula::If(parts) => parts.iter_mut().collect(),
        Formula::Call(_, values) => values.iter_mut().collect(),
        Formula::Tiers { quantity, tiers, beyond, .. } => {
            let rates = tiers.iter_mut().map(|(_, rate)| rate).chain(beyond.as_deref_mut());
            rates.chain([&mut **quantity]).collect()
        }
        Formula::Fold(fold) => {
            let (condition, otherwise) = (fold.condition.iter_mut(), fold.otherwise.iter_mut());
            [&mut fold.body].into_iter().chain(condition).chain(otherwise).collect()
        }
        Formula::Loop(rounds) => vec![&mut rounds.from, &mut rounds.to, &mut rounds.start, &mut rounds.next],
        Formula::Price { stated, .. } => stated.iter_mut().map(|(_, formula)| formula).collect(),
        _ => Vec::new(),
    }
}
