//! Names that many stores take for one another.

use super::{
    Subject,
    author::{Author, give, spend},
    stop::{Verdict, ensure},
    trial::Trial,
};
use crate::{
    ids::{HoldId, Key},
    journal::{Command, RecordName},
};

/// Names that are apart byte by byte, and that somebody folds, trims, pads, cuts, or takes for a number or a command.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    // Case, also where it changes the length.
    "job-41", "Job-41", "JOB-41", "straße", "strasse", "STRASSE", "i", "I", "ı", "İ", "σ", "ς", "Σ", "s", "ſ",
    // What patterns, quotes and separators are made of, and every printable sign of ASCII.
    "job41", "job 41", "job_41", "job%41", "job?41", "job*41", "job'41", "job\"41", "job`41", "job\\41", "job;41",
    "job:41", "job|41", "job/41", "job//41", "job/41/", "/job/41", "job,41", "job#41", "$1", "?1", ":a", "{}", "[]",
    "''", "\"\"", "--",
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
    // What looks like a number, a literal, a path or an escape.
    "7", "07", "007", "7.0", "7e0", "+7", "-7", "0x7", "null", "NULL", "true", "NaN", ".", "..", "../job-41", "a\\n",
    "\\u0061", "%41", "&amp;", "9007199254740992", "9007199254740993",
    // White space inside, and what is not seen.
    "a", "a b", "a  b", "a\u{a0}b", "a\u{2003}b", "a\u{2028}b", "ab", "a\u{200b}b", "a\u{ad}b", "ab\u{200b}",
    "ab\u{200d}", "\u{feff}ab", "ab\u{feff}", "\u{202e}ab", "ab\u{fe0f}",
    // The same letters, composed otherwise or of another script.
    "é", "e\u{301}", "e", "Å", "\u{212b}", "A\u{30a}", "fi", "\u{fb01}", "\u{430}", "\u{ff41}", "\u{ff21}", "A", "①",
    "1", "👩\u{200d}🎨", "👩🎨", "\u{301}", "\u{fffd}", "\u{ffff}", "\u{10ffff}", "🎬",
];

/// All of these names, and the longest that there are, which differ in the last byte.
fn names() -> Vec<String> {
    let longest = [("x", 99, "x"), ("x", 99, "y"), ("x", 99, ""), ("é", 49, "é"), ("é", 49, "è"), ("🎬", 24, "🎨")];
    let longest = longest.into_iter().map(|(sign, times, last)| sign.repeat(times) + last);
    NAMES.iter().map(|name| (*name).to_owned()).chain(longest).collect()
}

pub(super) fn names_of_accounts<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let authors = names().iter().map(|name| Author::new(name)).collect::<Verdict<Vec<_>>>()?;
    let mut amounts = 1..;
    let (mut written, absent): (Vec<_>, Vec<_>) = halves(authors);
    for author in &mut written {
        let commit = author.draft(author.id().as_str(), give(amounts.next().unwrap_or(1))?)?;
        trial.write(author, &commit)?;
    }
    for author in &absent {
        trial.holds(author, "while nothing was written to this account")?;
    }
    for mut author in absent {
        let commit = author.draft(author.id().as_str(), give(amounts.next().unwrap_or(1))?)?;
        trial.write(&mut author, &commit)?;
        written.push(author);
    }
    written.iter().try_for_each(|author| trial.holds(author, "after all accounts were written"))
}

pub(super) fn names_of_records<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("first grant", give(1_000_000)?)?;
    trial.write(&mut author, &commit)?;
    let (first, second) = halves(names());
    let mut amounts = 1..;
    let mut charges = |names: &[String]| {
        let charge = |name: &String| Ok((name.clone(), Command::Charge(spend(amounts.next().unwrap_or(1))?)));
        names.iter().map(charge).collect::<Verdict<Vec<_>>>()
    };
    let commit = author.draft_all(charges(&first)?)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after half of the names were written")?;
    for name in &second {
        let absent = [RecordName::Receipt(Key::new(name)?), RecordName::Charge(HoldId::new(name)?)];
        let found = trial.load(author.id(), &absent)?.records;
        ensure(found.is_empty(), || format!("records of the name `{name}` are found, and nobody wrote any"))?;
    }
    let commit = author.draft_all(charges(&second)?)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after all names were written")
}

/// Every other one, and the rest.
fn halves<T>(all: Vec<T>) -> (Vec<T>, Vec<T>) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (at, one) in all.into_iter().enumerate() {
        if at % 2 == 0 { first.push(one) } else { second.push(one) }
    }
    (first, second)
}
