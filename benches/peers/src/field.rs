//! The field of contestants: all are checked as they enter, and then take turns.

use rust_decimal::Decimal;

use crate::{
    contestant::{Total, ours},
    race::Race,
};

/// In which form a contestant is handed a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a `GenerationRequest`, of which it makes what it needs.
    Request,
    /// In its own variables, made before the clock starts.
    Ready,
}

pub struct Field<'a> {
    race: Race<'a>,
    expected: Vec<Decimal>,
    passes: usize,
    contestants: Vec<Contestant>,
}

struct Contestant {
    name: &'static str,
    package: &'static str,
    numbers: &'static str,
    forms: Vec<Form>,
}

impl<'a> Field<'a> {
    pub fn new(rounds: usize, passes: usize, expected: Vec<Decimal>) -> Self {
        Self { race: Race::of_rounds(rounds), expected, passes, contestants: Vec::new() }
    }

    /// Checks each total twice, so that nothing a first run leaves behind makes a second one wrong, and enters the race.
    pub fn enter<T: Total>(
        &mut self,
        name: &'static str,
        package: &'static str,
        form: Form,
        mut price: impl FnMut(usize) -> T + 'a,
    ) {
        for (at, expected) in self.expected.iter().enumerate().chain(self.expected.iter().enumerate()) {
            assert!(price(at).is(*expected), "{name} prices request {at} at other than {expected}");
        }
        match self.contestants.iter_mut().find(|known| known.name == name) {
            Some(known) => known.forms.push(form),
            None => self.contestants.push(Contestant { name, package, numbers: T::NUMBERS, forms: vec![form] }),
        }
        self.race.enter(lane(name, form), self.expected.len(), self.passes, price);
    }

    /// Runs all rounds, and shows the nanoseconds and the ratios to the price of a request.
    pub fn run(self) {
        let (race, size) = (self.race.run(), self.expected.len());
        println!("\n{size} requests | version | numbers | from a request, ns | ratio | variables ready, ns | ratio");
        println!("---|---|---|--:|--:|--:|--:");
        for Contestant { name, package, numbers, forms } in &self.contestants {
            let column = |form| {
                let name = forms.contains(&form).then(|| lane(name, form))?;
                let ratio = race.ratio(&name, &lane(ours::PRICE, Form::Request));
                Some(format!("{:.1} | {ratio:.2}", race.nanos(&name)))
            };
            let columns = [Form::Request, Form::Ready].map(|form| column(form).unwrap_or_else(|| " | ".to_owned()));
            println!("{name} | {} | {numbers} | {} | {}", version(package), columns[0], columns[1]);
        }
    }
}

fn lane(name: &str, form: Form) -> String {
    match form {
        Form::Request => format!("{name}, from a request"),
        Form::Ready => format!("{name}, ready"),
    }
}

/// The version of a package that this one depends on. Where there are several of one name in the lock file, it says
/// there which one that is.
fn version(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let after = |name: &str| lock.split_once(&format!("name = \"{name}\"\n")).expect("a package").1;
    let chosen = after(env!("CARGO_PKG_NAME")).split('"').find_map(|text| text.strip_prefix(package)?.strip_prefix(' '));
    chosen.unwrap_or_else(|| after(package).split('"').nth(1).expect("a version"))
}
