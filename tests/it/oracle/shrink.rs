//! Makes a book and a request smaller for as long as the crate and the oracle differ over them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    ask::{Ask, End},
    compare::{Comparison, Difference},
    engine,
    shop::Shop,
    tree::{Addition, Book, Change, Each, Factor, Formula, Price, Rule},
};

/// Smaller books.
type Cut = fn(&Book) -> Vec<Book>;
/// All editions, a request, and how the two differ over it.
type Found = (Vec<Book>, Ask, Difference);

const CUTS: [Cut; 5] = [without_layer, without_rule, without_named, without_said, with_simpler_price];

/// Smaller books and a smaller request over which the two still differ.
pub(super) fn shrunk(books: &[Book], ask: &Ask, difference: &Difference, seed: u64) -> Found {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut smallest = (books.to_vec(), ask.clone(), difference.clone());
    while let Some(smaller) = smaller(&smallest, seed) {
        smallest = smaller;
    }
    std::panic::set_hook(quiet);
    smallest
}

fn smaller((books, ask, difference): &Found, seed: u64) -> Option<Found> {
    let same = |books: Vec<Book>, ask: Ask| {
        let found = differs(&books, &ask, seed).filter(|found| found.what == difference.what)?;
        Some((books, ask, found))
    };
    let fewer = without_one(books).filter(|books| !books.is_empty());
    let cuts = books.iter().enumerate().flat_map(|(at, book)| {
        let smaller = CUTS.iter().flat_map(|cut| cut(book));
        smaller.map(move |smaller| {
            let mut books = books.clone();
            books[at] = smaller;
            books
        })
    });
    let cut = fewer.chain(cuts).find_map(|smaller| same(smaller, ask.clone()));
    cut.or_else(|| smaller_asks(ask).into_iter().find_map(|smaller| same(books.clone(), smaller)))
}

/// The difference that there still is; none where the smaller book is no book.
fn differs(books: &[Book], ask: &Ask, seed: u64) -> Option<Difference> {
    let compared = AssertUnwindSafe(|| {
        let engine = engine(books, seed).ok()?;
        Comparison::of(&engine, &Shop::editions(books), ask).made().err()
    });
    catch_unwind(compared).ok().flatten()
}

fn smaller_asks(ask: &Ask) -> Vec<Ask> {
    let mut smaller = Vec::new();
    smaller.extend(without_one(&ask.settings).map(|settings| Ask { settings, ..ask.clone() }));
    smaller.extend(without_one(&ask.facts).map(|facts| Ask { facts, ..ask.clone() }));
    smaller.extend(without_one(&ask.end.measured).map(|measured| {
        let end = End { measured, ..ask.end.clone() };
        Ask { end, ..ask.clone() }
    }));
    for count in [1, 2, ask.count / 2, ask.count - 1] {
        if count >= 1 && count < ask.count {
            smaller.push(Ask { count, ..ask.clone() });
        }
    }
    smaller
}

/// The list without each of its items in turn.
fn without_one<T: Clone>(list: &[T]) -> impl Iterator<Item = Vec<T>> {
    (0..list.len()).map(|at| {
        let mut less = list.to_vec();
        less.remove(at);
        less
    })
}

/// Without the books below or above, without one of the changes, and with each of the cuts in the book below.
fn without_layer(book: &Book) -> Vec<Book> {
    let mut smaller: Vec<Book> = without_one(&book.changes).map(|changes| Book { changes, ..book.clone() }).collect();
    for (at, change) in book.changes.iter().enumerate() {
        smaller.extend(less_of(change).into_iter().map(|change| {
            let mut less = book.clone();
            less.changes[at] = change;
            less
        }));
    }
    if let Some(below) = &book.below {
        smaller.push((**below).clone());
        let cut = CUTS.iter().flat_map(|cut| cut(below));
        smaller.extend(cut.map(|below| Book { below: Some(Box::new(below)), ..book.clone() }));
    }
    smaller
}

/// The change without each of the things that it says, in turn.
fn less_of(change: &Change) -> Vec<Change> {
    let less: [fn(&mut Change); 13] = [
        |change| drop(change.tools.pop()),
        |change| drop(change.models.pop()),
        |change| change.studio = None,
        |change| (change.from, change.until) = (None, None),
        |change| change.when = None,
        |change| change.unit = None,
        |change| drop(change.settings.pop()),
        |change| drop(change.times.pop()),
        |change| drop(change.plus.pop()),
        |change| change.minimum = None,
        |change| change.maximum = None,
        |change| (change.round, change.exactness) = (None, None),
        |change| change.charge.clear(),
    ];
    let all = less.into_iter().map(|less| {
        let mut silent = change.clone();
        less(&mut silent);
        silent
    });
    all.filter(|silent| silent != change).collect()
}

fn without_rule(book: &Book) -> Vec<Book> {
    let mut smaller: Vec<Book> = without_one(&book.rules).map(|rules| Book { rules, ..book.clone() }).collect();
    for (at, rule) in book.rules.iter().enumerate() {
        smaller.extend(without_one(&rule.members).map(|members| {
            let mut less = book.clone();
            less.rules[at].members = members;
            less
        }));
    }
    smaller
}

/// Without one of the settings, facts and values.
fn without_named(book: &Book) -> Vec<Book> {
    let lets = without_one(&book.lets).map(|lets| Book { lets, ..book.clone() });
    let settings = without_one(&book.settings).map(|settings| Book { settings, ..book.clone() });
    let facts = without_one(&book.facts).map(|facts| Book { facts, ..book.clone() });
    let convert = without_one(&book.convert).map(|convert| Book { convert, ..book.clone() });
    lets.chain(settings).chain(facts).chain(convert).collect()
}

/// Without one of the things that the book, or one of its rules, says.
fn without_said(book: &Book) -> Vec<Book> {
    let mut smaller = Vec::new();
    if !book.charge.is_empty() {
        smaller.push(Book { charge: Vec::new(), ..book.clone() });
    }
    if book.round.is_some() {
        smaller.push(Book { round: None, ..book.clone() });
    }
    if book.from.is_some() || book.until.is_some() {
        smaller.push(Book { from: None, until: None, ..book.clone() });
    }
    for (at, rule) in book.rules.iter().enumerate() {
        smaller.extend(silent(rule).into_iter().map(|rule| {
            let mut less = book.clone();
            less.rules[at] = rule;
            less
        }));
        for (member, rule) in rule.members.iter().enumerate() {
            smaller.extend(silent(rule).into_iter().map(|rule| {
                let mut less = book.clone();
                less.rules[at].members[member] = rule;
                less
            }));
        }
    }
    smaller
}

/// The rule without each of the things that it says, in turn.
fn silent(rule: &Rule) -> Vec<Rule> {
    let less: [fn(&mut Rule); 16] = [
        |rule| rule.charge.clear(),
        |rule| rule.round = None,
        |rule| (rule.from, rule.until) = (None, None),
        |rule| drop(rule.times.pop()),
        |rule| drop(rule.plus.pop()),
        |rule| rule.minimum = None,
        |rule| rule.maximum = None,
        |rule| rule.each = Each::default(),
        |rule| rule.exactness = None,
        |rule| drop(rule.settings.pop()),
        |rule| drop(rule.lets.pop()),
        |rule| rule.when = None,
        |rule| drop(rule.per.pop()),
        |rule| drop(rule.tools.pop()),
        |rule| rule.unit = None,
        |rule| drop(rule.except.pop()),
    ];
    let all = less.into_iter().map(|less| {
        let mut silent = rule.clone();
        less(&mut silent);
        silent
    });
    all.filter(|silent| silent != rule).collect()
}

/// With one of its prices made simpler, in each of the ways that there are.
fn with_simpler_price(book: &Book) -> Vec<Book> {
    let mut ways = Vec::new();
    each_price(&mut book.clone(), &mut |price| ways.push(simpler(price)));
    let put = |(place, way): (usize, &Price)| {
        let (mut less, mut at) = (book.clone(), 0);
        each_price(&mut less, &mut |price| {
            if at == place {
                *price = way.clone();
            }
            at += 1;
        });
        less
    };
    ways.iter().enumerate().flat_map(|(place, ways)| ways.iter().map(move |way| (place, way))).map(put).collect()
}

fn each_price(book: &mut Book, change: &mut impl FnMut(&mut Price)) {
    for (_, price) in &mut book.lets {
        change(price);
    }
    for Change { times, plus, when, minimum, maximum, .. } in &mut book.changes {
        each_of_steps(times, plus, change);
        as_price(when, change);
        [minimum, maximum].into_iter().flatten().for_each(&mut *change);
    }
    for rule in &mut book.rules {
        each_price_of(rule, change);
        for member in &mut rule.members {
            each_price_of(member, change);
        }
    }
}

fn each_price_of(rule: &mut Rule, change: &mut impl FnMut(&mut Price)) {
    for (_, price) in rule.lets.iter_mut().chain(&mut rule.per) {
        change(price);
    }
    each_of_steps(&mut rule.times, &mut rule.plus, change);
    as_price(&mut rule.when, change);
    let Each { minimum, maximum, .. } = &mut rule.each;
    [minimum, maximum, &mut rule.minimum, &mut rule.maximum].into_iter().flatten().for_each(change);
}

fn each_of_steps(times: &mut [Factor], plus: &mut [Addition], change: &mut impl FnMut(&mut Price)) {
    for Factor { when, by } in times {
        change(by);
        as_price(when, change);
    }
    for Addition { when, per } in plus {
        for (_, price) in per {
            change(price);
        }
        as_price(when, change);
    }
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
            ways.extend(without_one(cells).map(|cells| Price::Table(by.clone(), cells)));
            for at in 0..cells.len() {
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
