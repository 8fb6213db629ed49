//! A request as the oracle sees it, and what became of the work.

use studio_credits::{Delivery, GenerationRequest, Outcome, Value};

use super::{
    number::decimal,
    tree::{Datum, Instant, Named},
};

#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) studio: String,
    pub(crate) tool: Option<String>,
    pub(crate) model: String,
    pub(crate) count: u64,
    pub(crate) settings: Named<Datum>,
    pub(crate) facts: Named<Datum>,
    pub(crate) at: Instant,
    pub(crate) end: End,
    /// For how many outputs it is resolved before its own count is named.
    pub(crate) first_count: u64,
}

/// How the work ended.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Option<u64>,
    pub(crate) measured: Named<Datum>,
}

impl Ask {
    pub(crate) fn request(&self) -> GenerationRequest {
        let mut request = GenerationRequest::new(&self.studio, &self.model).unwrap().with_count(self.count).unwrap();
        if let Some(tool) = &self.tool {
            request = request.with_tool(tool).unwrap();
        }
        for (name, datum) in &self.settings {
            request = request.with_setting(name, datum.value()).unwrap();
        }
        for (name, datum) in &self.facts {
            request = request.with_fact(name, datum.value()).unwrap();
        }
        request
    }

    /// How much there is to read in it.
    pub(crate) fn size(&self) -> (usize, u64, usize) {
        let said = self.settings.len() + self.facts.len() + self.end.measured.len() + usize::from(self.tool.is_some());
        (said, self.count, format!("{self}").len())
    }
}

/// As the head of an example of a book, which has no word for how the work ended.
impl std::fmt::Display for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = |named: &Named<Datum>| {
            let said = named.iter().map(|(name, datum)| format!("{name:?} = {}", datum.toml()));
            format!("{{ {} }}", said.collect::<Vec<_>>().join(", "))
        };
        writeln!(f, "studio = {:?}", self.studio)?;
        self.tool.iter().try_for_each(|tool| writeln!(f, "tool = {tool:?}"))?;
        writeln!(f, "model = {:?}\ncount = {}\nat = {:?}", self.model, self.count, self.at)?;
        writeln!(f, "settings = {}\nfacts = {}", said(&self.settings), said(&self.facts))?;
        let End { outcome, outputs, measured } = &self.end;
        let outputs = outputs.map_or_else(|| "as the outcome says".to_owned(), |outputs| outputs.to_string());
        write!(f, "# then: {outcome}, outputs {outputs}, measured {}", said(measured))
    }
}

impl End {
    pub(crate) fn delivery(&self) -> Delivery {
        let ended = Delivery::ended(self.outcome);
        let ended = self.outputs.into_iter().fold(ended, Delivery::with_outputs);
        self.measured.iter().fold(ended, |ended, (name, datum)| ended.with_measured(name, datum.value()).unwrap())
    }
}

impl Datum {
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Number(number) => {
                let value = Value::from(decimal(number));
                assert_ne!(value, Value::from(format!("{} ", decimal(number))), "a number is read as one");
                value
            }
            Self::Flag(flag) => Value::from(*flag),
            Self::Text(text) => Value::from(text.as_str()),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Record(fields) => Value::record(fields.iter().map(|(name, datum)| (name, datum.value()))).unwrap(),
        }
    }

    pub(crate) fn toml(&self) -> String {
        match self {
            Self::Number(number) => decimal(number),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => format!("[{}]", items.iter().map(Self::toml).collect::<Vec<_>>().join(", ")),
            Self::Record(fields) => {
                let fields = fields.iter().map(|(name, datum)| format!("{name} = {}", datum.toml()));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
