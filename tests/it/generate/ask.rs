//! Requests as plain data: valid ones, nearly valid ones, and wild ones.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{collection::vec, option, prelude::*, sample::select};
use rust_decimal::Decimal;
use studio_credits::{GenerationRequest, Value};

use super::{LIKE_TOOL, MODELS, SEAM, STUDIO, TOOL};

/// A request and its instant, as plain data.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) studio: String,
    pub(crate) model: String,
    pub(crate) tool: Option<String>,
    pub(crate) count: u64,
    pub(crate) settings: Vec<(String, Value)>,
    pub(crate) facts: Vec<(String, Value)>,
    pub(crate) at: DateTime<Utc>,
}

impl Ask {
    /// The request, unless nobody can ask so.
    pub(crate) fn request(&self) -> Option<GenerationRequest> {
        let mut request =
            GenerationRequest::new(&self.studio, &self.model).and_then(|it| it.with_count(self.count)).ok()?;
        if let Some(tool) = &self.tool {
            request = request.with_tool(tool).ok()?;
        }
        for (name, value) in &self.settings {
            request = request.with_setting(name, value.clone()).ok()?;
        }
        for (name, value) in &self.facts {
            request = request.with_fact(name, value.clone()).ok()?;
        }
        Some(request)
    }

    pub(crate) fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// Requests in the vocabulary of the books; one in four has something that is nearly right.
pub(crate) fn asks() -> impl Strategy<Value = Ask> {
    let slip = prop_oneof![Just(None), Just(None), Just(None), slips().prop_map(Some)];
    let model = select(&["flux-dev", "kling-3.0", MODELS[2], "any-other"][..]);
    let tool = option::weighted(0.25, select(&[TOOL, TOOL, LIKE_TOOL][..]));
    let count = prop_oneof![6 => 1_u64..6, 1 => 1..=GenerationRequest::COUNT_MAX];
    let facts = vec(prop_oneof![of("plan", &["free", "pro"]), (0_u32..=100).prop_map(|it| named("seats", it))], 0..2);
    (model, tool, count, vec(settings(), 0..4), facts, instants(), slip).prop_map(
        |(model, tool, count, settings, facts, at, slip)| {
            let tool = tool.map(str::to_owned);
            let ask = Ask { studio: STUDIO.to_owned(), model: model.to_owned(), tool, count, settings, facts, at };
            slip.into_iter().fold(ask, Slip::made)
        },
    )
}

/// Texts of any characters whatever, control characters too.
pub(crate) fn texts(least: usize) -> impl Strategy<Value = String> + Clone {
    vec(any::<char>(), least..9).prop_map(String::from_iter)
}

/// Requests of any names and values whatever.
pub(crate) fn wild_asks() -> impl Strategy<Value = Ask> {
    let name = || prop_oneof![texts(0), select(&["duration", "resolution", "extra", "plan"][..]).prop_map(Into::into)];
    let scalar = prop_oneof![
        texts(0).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::from(Decimal::MAX)),
        Just(Value::from(Decimal::new(1, 28))),
    ];
    let value = scalar.prop_recursive(3, 12, 4, move |inner| {
        let record = vec((texts(0), inner.clone()), 0..3);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            record.prop_map(|fields| Value::record(fields).unwrap_or(Value::from(0))),
        ]
    });
    let named = vec((name(), value), 0..6);
    (asks(), option::of(texts(0)), any::<u64>(), named.clone(), named, any::<i64>()).prop_map(
        |(ask, model, count, settings, facts, second)| {
            let at = DateTime::from_timestamp(second, 0).unwrap_or(if second < 0 {
                DateTime::<Utc>::MIN_UTC
            } else {
                DateTime::<Utc>::MAX_UTC
            });
            let model = model.unwrap_or(ask.model);
            Ask { model, count: count % GenerationRequest::COUNT_MAX, settings, facts, at, ..ask }
        },
    )
}

/// What is nearly right.
#[derive(Clone, Debug)]
enum Slip {
    Studio,
    Model,
    Tool,
    Setting(&'static str, Value),
    Fact(&'static str, Value),
}

impl Slip {
    fn made(mut ask: Ask, slip: Self) -> Ask {
        match slip {
            Self::Studio => ask.studio.push('s'),
            Self::Model => ask.model = ask.model.to_uppercase(),
            Self::Tool => ask.tool = Some("mkae".to_owned()),
            Self::Setting(name, value) => ask.settings.push((name.to_owned(), value)),
            Self::Fact(name, value) => ask.facts.push((name.to_owned(), value)),
        }
        ask
    }
}

fn slips() -> impl Strategy<Value = Slip> {
    select(vec![
        Slip::Studio,
        Slip::Model,
        Slip::Tool,
        Slip::Setting("resolution", "8k".into()),
        Slip::Setting("resolution", 1.into()),
        Slip::Setting("durations", 5.into()),
        Slip::Setting("duration", "5.25".into()),
        Slip::Setting("duration", 61.into()),
        Slip::Setting("duration", "5s".into()),
        Slip::Setting("audio", "yes".into()),
        Slip::Setting("width", vec![1024].into()),
        Slip::Fact("plan", "team".into()),
        Slip::Fact("duration", 5.into()),
    ])
}

fn settings() -> impl Strategy<Value = (String, Value)> {
    let side = select(&[512_u32, 1024, 2048, 4096][..]);
    prop_oneof![
        2 => of("resolution", &["1k", "2k", "4k"]),
        2 => (2_i64..=40).prop_map(|halves| named("duration", Decimal::new(halves * 5, 1))),
        2 => any::<bool>().prop_map(|it| named("audio", it)),
        2 => of("aspect ratio", &["16:9", "1:1"]),
        1 => side.clone().prop_map(|it| named("width", it)),
        1 => side.prop_map(|it| named("height", it)),
        1 => (1_u32..=50).prop_map(|it| named("steps", it)),
    ]
}

fn of(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = (String, Value)> {
    select(values).prop_map(move |value| named(name, value))
}

fn named(name: &str, value: impl Into<Value>) -> (String, Value) {
    (name.to_owned(), value.into())
}

/// Around the instant at which dated rules change.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let seam: DateTime<Utc> = SEAM.parse().unwrap();
    select(&[-86_400_i64, -1, 0, 1][..]).prop_map(move |seconds| seam + TimeDelta::seconds(seconds))
}
