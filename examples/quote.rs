//! Quotes generations on a command line: `cargo run --example quote` is a tour, and `-- --help` tells the rest.

use std::{
    env,
    error::Error,
    ffi::OsString,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    process::ExitCode,
    time::SystemTime,
};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use studio_credits::{
    GenerationRequest, Value, books,
    pricing::{Catalog, CatalogOffer, CatalogSetting, CostEngine, Exactness, PriceBook, Quote, SettingKind},
};

const USAGE: &str = "\
quote [OPTIONS] STUDIO MODEL   what a generation costs, line by line
quote [OPTIONS] --list         what there is: studios, tools, models, settings, base prices
quote                          a tour of the studios

  --tool TOOL          what to do with the model, such as text-to-image
  --count N            how many outputs; 1 if left out
  --set NAME=VALUE     a setting, such as resolution=2k; a list is written 1:1|4:3
  --fact NAME=VALUE    what only the seller knows of the buyer
  --plan PLAN          short for --fact plan=PLAN
  --at INSTANT         when, such as 2026-11-22T12:00:00Z or 2026-11-22; now if left out
  --book FILE          prices of your own, as TOML
  --json               the answer as JSON
";

/// The stops of the tour: what to see there, and the command that shows it.
const TOUR: [(&str, &str); 6] = [
    ("Images: a table of prices by resolution, times the count.", "image nano-banana-2 --set resolution=2k --count 4"),
    ("A video, from an image.", "video kling-3.0-pro --tool image-to-video"),
    ("A sketch made into two images.", "sketch default --tool sketch-to-image --count 2"),
    ("A voice: every hundred characters that are started.", "voice default --set characters=250"),
    ("Music: a table of prices by length.", "music default --tool ai-songs --set duration=180"),
    ("A short: a price for each second.", "shorts default --set duration=15"),
];

/// The instant of the tour, so that it is the same for everyone.
const TOUR_AT: &str = "2026-11-22T12:00:00Z";

type Answer<T = String> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Result<Vec<String>, _> = env::args_os().skip(1).map(OsString::into_string).collect();
    let answer = match args {
        Ok(args) => answer(args, SystemTime::now().into()),
        Err(arg) => Err(format!("{} is not UTF-8", arg.display()).into()),
    };
    let written = answer.and_then(|text| match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where this cannot be written either, the exit status has to do.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// What the arguments ask for, or what is wrong with them.
pub(crate) fn answer(args: impl IntoIterator<Item = String>, now: DateTime<Utc>) -> Answer {
    let mut args = args.into_iter().peekable();
    if args.peek().is_none() {
        return tour();
    }
    let options = Options::read(args)?;
    if options.help {
        return Ok(USAGE.to_owned());
    }
    let book = match &options.book {
        None => books::imagineart(),
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|error| format!("cannot read book `{file}`: {error}"))?;
            PriceBook::parse_file(file, &text)?
        }
    };
    let engine = CostEngine::new(&book)?;
    let at = options.at.as_deref().map_or(Ok(now), instant)?;
    if options.list {
        if let Some(name) = options.names.first() {
            return Err(format!("`--list` lists everything, and takes no `{name}`").into());
        }
        let catalog = engine.catalog(at)?;
        return if options.json { Ok(serde_json::to_string_pretty(&catalog)? + "\n") } else { listed(&catalog) };
    }
    let request = options.request()?;
    let quote = engine.quote(&request, at)?;
    if options.json { Ok(serde_json::to_string_pretty(&quote)? + "\n") } else { shown(&quote) }
}

fn tour() -> Answer {
    let mut text = "What generations cost, by ImagineArt's price book.\n".to_owned();
    for (about, command) in TOUR {
        let args = command.split_whitespace().map(str::to_owned);
        write!(text, "\n{about}\n$ quote {command}\n{}", answer(args, TOUR_AT.parse()?)?)?;
    }
    text.push_str("\nTry `--list` for everything there is, and `--help` for how to ask.\n");
    Ok(text)
}

/// The arguments, sorted out; nothing is looked up yet.
#[derive(Default)]
struct Options {
    names: Vec<String>,
    tool: Option<String>,
    count: Option<String>,
    settings: Vec<(String, String)>,
    facts: Vec<(String, String)>,
    at: Option<String>,
    book: Option<String>,
    list: bool,
    json: bool,
    help: bool,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Answer<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next() {
            let mut value = || {
                let value = args.next().filter(|value| !value.starts_with("--"));
                value.ok_or_else(|| format!("`{arg}` needs a value"))
            };
            match arg.as_str() {
                "--tool" => once(&mut options.tool, "the tool", value()?)?,
                "--count" => once(&mut options.count, "the count", value()?)?,
                "--set" => options.settings.push(pair(&arg, &value()?)?),
                "--fact" => options.facts.push(pair(&arg, &value()?)?),
                "--plan" => options.facts.push(("plan".to_owned(), value()?)),
                "--at" => once(&mut options.at, "the instant", value()?)?,
                "--book" => once(&mut options.book, "the book", value()?)?,
                "--list" => options.list = true,
                "--json" => options.json = true,
                "--help" | "-h" => options.help = true,
                _ if arg.starts_with("--") => return Err(format!("there is no option `{arg}`; see `--help`").into()),
                _ => options.names.push(arg),
            }
        }
        Ok(options)
    }

    fn request(&self) -> Answer<GenerationRequest> {
        let [studio, model] = self.names.as_slice() else {
            return Err("name one studio and one model, or see `--list` and `--help`".into());
        };
        let mut request = GenerationRequest::new(studio, model)?;
        if let Some(tool) = &self.tool {
            request = request.with_tool(tool)?;
        }
        if let Some(count) = &self.count {
            let most = GenerationRequest::COUNT_MAX;
            let number = count.parse().map_err(|_| format!("count is `{count}`: it is a number from 1 to {most}"))?;
            request = request.with_count(number)?;
        }
        for (name, text) in &self.settings {
            if request.setting(name).is_some() {
                return Err(format!("setting `{name}` is given twice").into());
            }
            request = request.with_setting(name, value(text))?;
        }
        for (name, text) in &self.facts {
            if request.fact(name).is_some() {
                return Err(format!("fact `{name}` is given twice").into());
            }
            request = request.with_fact(name, value(text))?;
        }
        Ok(request)
    }
}

fn once(slot: &mut Option<String>, what: &str, value: String) -> Answer<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{what} is given twice").into()),
    }
}

fn pair(option: &str, text: &str) -> Answer<(String, String)> {
    let pair = text.split_once('=').ok_or_else(|| format!("`{option} {text}` has no `=`: write NAME=VALUE"))?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

fn value(text: &str) -> Value {
    if text.contains('|') { text.split('|').collect() } else { text.into() }
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
    let instant = text.parse().ok().or_else(day);
    instant.ok_or_else(|| format!("`{text}` is no instant, such as 2026-11-22T12:00:00Z or 2026-11-22"))
}

fn shown(quote: &Quote<'_>) -> Answer {
    let request = quote.request();
    let tool = request.tool().map(|tool| format!("{tool}/")).unwrap_or_default();
    let mut text = format!("{}/{tool}{}, count {}", request.studio(), request.model(), request.count());
    for (name, value) in request.settings().chain(request.facts()) {
        write!(text, ", {name} = {value}")?;
    }
    for line in quote.lines() {
        write!(text, "\n  {} {} x {} = {}", line.quantity, line.unit, line.rate, line.amount)?;
        if line.what != quote.rule() {
            write!(text, " ({})", line.what)?;
        }
    }
    write!(text, "\n  total {} {}", quote.total(), quote.unit())?;
    if quote.exactness() != Exactness::Exact {
        write!(text, " ({})", quote.exactness())?;
    }
    write!(text, "\n  why: {}", quote.why())?;
    if let Some(note) = quote.note() {
        write!(text, "\n  note: {note}")?;
    }
    text.push('\n');
    Ok(text)
}

fn listed(catalog: &Catalog<'_>) -> Answer {
    let mut text = format!("{}, edition {}\n", catalog.book, catalog.edition);
    for studio in &catalog.studios {
        writeln!(text, "\n{}", studio.name)?;
        for model in &studio.models {
            for offers in model.offers.chunk_by(|one, next| one.settings == next.settings) {
                for offer in offers {
                    writeln!(text, "  {}: {}", model.name, price(offer))?;
                }
                for setting in offers.first().into_iter().flat_map(|offer| &offer.settings) {
                    writeln!(text, "    {} = {}", setting.name, values(setting))?;
                }
            }
        }
    }
    if !catalog.facts.is_empty() {
        text.push_str("\nfacts\n");
    }
    for fact in &catalog.facts {
        writeln!(text, "  {} = {}", fact.name, values(fact))?;
    }
    Ok(text)
}

/// What an offer costs, and which tools it is for.
fn price(offer: &CatalogOffer<'_>) -> String {
    let price = match &offer.base {
        None => "the price depends on the settings".to_owned(),
        Some(base) if base.exactness == Exactness::Exact => format!("{} {}", base.amount, base.unit),
        Some(base) => format!("{} {} ({})", base.amount, base.unit, base.exactness),
    };
    match (offer.tools.as_slice(), offer.needs_tool) {
        ([], _) => price,
        (tools, false) => format!("{price}, also with {}", tools.join(", ")),
        (tools, true) => format!("{price}, only with {}", tools.join(", ")),
    }
}

/// What a setting may be, and what it is if it is left out.
fn values(setting: &CatalogSetting<'_>) -> String {
    let mut text = match setting.kind {
        SettingKind::Choice => setting.values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | "),
        SettingKind::Flag => "true | false".to_owned(),
        SettingKind::Text => "any text".to_owned(),
        SettingKind::Number => {
            let end = |number: Option<_>| number.map(|number| format!("{number}")).unwrap_or_default();
            let unit = setting.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
            let step = setting.step.map(|step| format!(" in steps of {step}")).unwrap_or_default();
            format!("{} to {}{unit}{step}", end(setting.min), end(setting.max))
        }
        SettingKind::List => {
            let item = setting.items.as_deref().map(values).unwrap_or_default();
            format!("at most {} items, each {item}", setting.max_items.unwrap_or_default())
        }
        SettingKind::Record => {
            let fields = setting.fields.iter().map(|field| format!("{} = {}", field.name, values(field)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    };
    match setting.default {
        Some(default) => text = format!("{text}; {default} if left out"),
        None if setting.measured => text.push_str("; known after the work"),
        None => {}
    }
    if let Some(note) = setting.note {
        text = format!("{text} ({note})");
    }
    text
}
