//! What the formulas and tables of a rule may name.

use crate::oracle::number::decimal;
use crate::oracle::tree::{Datum, Named, Setting};

/// The names in sight, by what they are.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub(super) numbers: Vec<String>,
    pub(super) flags: Vec<String>,
    /// Each with the texts that it can be.
    pub(super) words: Named<Vec<String>>,
    /// Texts that only tables can name.
    pub(super) spaced: Named<Vec<String>>,
    pub(super) lists: Named<Setting>,
    /// Named values that are numbers.
    pub(super) values: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) references: Vec<Reference>,
    pub(super) locals: Vec<Local>,
    /// Whether the count may be asked for.
    pub(super) count: bool,
    /// Whether other rules may refer to what is made.
    pub(super) referred: bool,
    /// Whether the values come up once or for each of many items.
    pub(super) repeated: bool,
}

/// A rule whose price may be referred to, or several that a choice tells apart.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) studio: String,
    pub(super) tool: Option<String>,
    /// The model, or the setting that names it.
    pub(super) model: Result<String, String>,
    /// What may be stated, with values that each of the rules allows, and whether it must be.
    pub(super) stated: Vec<(String, Vec<Datum>, bool)>,
}

#[derive(Clone, Debug)]
pub(super) enum Local {
    Number(String),
    Word(String, Vec<String>),
    Flag(String),
    Record(String, Named<Setting>),
}

impl Local {
    pub(super) fn name(&self) -> &String {
        match self {
            Self::Number(name) | Self::Word(name, _) | Self::Flag(name) | Self::Record(name, _) => name,
        }
    }
}

impl View {
    /// Takes in a setting or a fact.
    pub(super) fn declare(&mut self, name: &str, setting: &Setting) {
        let name = name.to_owned();
        let texts = || setting.values.iter().map(text).collect::<Vec<_>>();
        match setting.shown_kind() {
            _ if setting.is_number() => self.numbers.push(name),
            "flag" => self.flags.push(name),
            "text" => self.words.push((name, ["part-a", "part-b", "part-unlisted"].map(str::to_owned).into())),
            "list" => self.lists.push((name, setting.clone())),
            _ if name.contains(' ') => self.spaced.push((name, texts())),
            _ => self.words.push((name, texts())),
        }
        self.units.extend(setting.unit.clone());
    }

    /// The same without what only the whole request knows.
    pub(super) fn of_one(&self) -> Self {
        let counting = |name: &String| !super::rule::COUNTING.contains(&name.as_str());
        let kept = |names: &[String]| names.iter().filter(|name| counting(name)).cloned().collect::<Vec<_>>();
        Self {
            numbers: kept(&self.numbers),
            values: kept(&self.values),
            units: kept(&self.units),
            count: false,
            ..self.clone()
        }
    }
}

/// A value as the key of a table writes it.
pub(super) fn text(datum: &Datum) -> String {
    match datum {
        Datum::Text(text) => text.clone(),
        Datum::Number(number) => decimal(number),
        other => panic!("{other:?} is no choice"),
    }
}
