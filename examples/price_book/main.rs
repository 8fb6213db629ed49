//! Works on price books from a command line: `cargo run --example price_book -- --help` tells how.

mod cases;
mod outline;

use std::{env, error::Error, ffi::OsString, fmt::Write as _, fs, io, path::Path, process::ExitCode, time::SystemTime};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use studio_credits::{
    diagnostic::Severity,
    pricing::{CostEngine, PriceBook},
};

const USAGE: &str = "\
price_book check FILE...                       all faults and doubts of price books
price_book catalog FILE [--at INSTANT] [--json]  what a book sells: studios, models, tools, settings, base prices
price_book cases BOOK CSV                      prices requests, and shows where they cost something else than stated
price_book diff OLD NEW [--json]               which requests cost something else by another book, and by how much

A book that extends another one is put over it; the book NAME is NAME.toml in the same folder.
INSTANT is 2026-11-22T12:00:00Z or a date, which is its first instant, UTC; now if left out.
CSV has the columns studio, tool, model, settings, facts, count, at, outcome, delivered, unit, expected. An empty cell
means none. settings and facts are k=v;k=v, where a list or a record is JSON. With an outcome (delivered, failed,
blocked, cancelled, empty) or with what was delivered (a number of outputs, measured values k=v, or both), expected is
what is due; otherwise it is the price, or `refused`. Without `at`, a request is made when the book's edition begins.

The exit status is 0 if all is well or nothing changes, 1 if something was found, and 2 if there is nothing to say.
";

type Answer<T = Report> = Result<T, Box<dyn Error>>;

/// What was found.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) text: String,
    /// Nothing was found that should not be.
    pub(crate) well: bool,
}

fn main() -> ExitCode {
    ExitCode::from(run(env::args_os().skip(1), SystemTime::now().into(), &mut io::stdout(), &mut io::stderr()))
}

/// Does what the arguments ask for; the answer is the exit status.
pub(crate) fn run(
    args: impl Iterator<Item = OsString>,
    now: DateTime<Utc>,
    out: &mut dyn io::Write,
    err: &mut dyn io::Write,
) -> u8 {
    let args: Result<Vec<String>, _> = args.map(OsString::into_string).collect();
    let report = match args {
        Ok(args) => answer(&args, now),
        Err(arg) => Err(format!("`{}` is not UTF-8", arg.to_string_lossy()).into()),
    };
    let written = report.and_then(|report| match out.write_all(report.text.as_bytes()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(report.well),
        written => Ok(written.map(|()| report.well)?),
    });
    match written {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => {
            // Where this cannot be written either, the exit status has to do.
            let _ = writeln!(err, "{error}");
            2
        }
    }
}

/// What the arguments ask for, or what is wrong with them.
fn answer(args: &[String], now: DateTime<Utc>) -> Answer {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if args.iter().any(|arg| ["--help", "-h"].contains(arg)) {
        return Ok(Report { text: USAGE.to_owned(), well: true });
    }
    match args.as_slice() {
        [] => Ok(Report { text: USAGE.to_owned(), well: true }),
        ["check", files @ ..] if !files.is_empty() => check(files),
        ["check"] => Err("name the price books to check".into()),
        ["catalog", rest @ ..] => catalog(rest, now),
        ["cases", book, table] => cases::agree(book, table),
        ["cases", ..] => Err("name one price book and one table of cases".into()),
        ["diff", rest @ ..] => diff(rest),
        [command, ..] => Err(format!("there is no command `{command}`; see `--help`").into()),
    }
}

fn check(files: &[&str]) -> Answer {
    let mut text = String::new();
    let mut found = Vec::new();
    for file in files {
        let doubts = PriceBook::check_layers(file, &read(file)?, |name| below(file, name));
        for doubt in &doubts {
            writeln!(text, "{doubt}\n")?;
        }
        found.extend(doubts);
    }
    let errors = found.iter().filter(|doubt| doubt.severity == Severity::Error).count();
    let books = counted(files.len(), "book");
    if found.is_empty() {
        writeln!(text, "{books}, nothing found")?;
    } else {
        writeln!(text, "{books}, {}, {}", counted(errors, "error"), counted(found.len() - errors, "warning"))?;
    }
    Ok(Report { text, well: found.is_empty() })
}

fn catalog(args: &[&str], now: DateTime<Utc>) -> Answer {
    let (mut files, mut at, mut json) = (Vec::new(), None, false);
    let mut args = args.iter();
    while let Some(&arg) = args.next() {
        match arg {
            "--json" => json = true,
            "--at" => at = Some(instant(args.next().ok_or("`--at` needs a value")?)?),
            _ if arg.starts_with("--") => return Err(format!("there is no option `{arg}`; see `--help`").into()),
            file => files.push(file),
        }
    }
    let [file] = files[..] else {
        return Err("name one price book".into());
    };
    let engine = CostEngine::new(&book(file)?)?;
    let catalog = engine.catalog(at.unwrap_or(now))?;
    let text = if json { serde_json::to_string_pretty(&catalog)? + "\n" } else { outline::of(&catalog)? };
    Ok(Report { text, well: true })
}

fn diff(args: &[&str]) -> Answer {
    let (options, files): (Vec<_>, Vec<_>) = args.iter().partition(|arg| arg.starts_with("--"));
    if let Some(option) = options.iter().find(|option| **option != "--json") {
        return Err(format!("there is no option `{option}`; see `--help`").into());
    }
    let [old, new] = files[..] else {
        return Err("name two price books: the old one and the new one".into());
    };
    let diff = book(old)?.diff(&book(new)?)?;
    let text = if options.is_empty() { diff.to_string() } else { serde_json::to_string_pretty(&diff)? + "\n" };
    Ok(Report { text, well: diff.is_empty() })
}

/// The text of a file.
pub(crate) fn read(file: &str) -> Answer<String> {
    Ok(fs::read_to_string(file).map_err(|error| format!("cannot read `{file}`: {error}"))?)
}

/// A book, put over those that it extends.
pub(crate) fn book(file: &str) -> Answer<PriceBook> {
    Ok(PriceBook::parse_layers(file, &read(file)?, |name| below(file, name))?)
}

/// The file and the text of a book that another one extends: a neighbour, so that no name leads out of the folder.
fn below(file: &str, name: &str) -> Option<(String, String)> {
    let path = Path::new(file).with_file_name(format!("{name}.toml"));
    let neighbour = path.parent() == Path::new(file).parent();
    let text = fs::read_to_string(&path).ok().filter(|_| neighbour)?;
    Some((path.to_str()?.to_owned(), text))
}

pub(crate) fn instant(text: &str) -> Answer<DateTime<Utc>> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
    let instant = text.parse().ok().or_else(day);
    Ok(instant.ok_or_else(|| format!("`{text}` is no instant, such as 2026-11-22T12:00:00Z or 2026-11-22"))?)
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
