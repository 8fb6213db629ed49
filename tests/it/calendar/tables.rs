//! The calendars: `tests/data/calendar/*.txt`, to be read by people. Those with names of zones need the feature.
//!
//! | row | what comes of it |
//! |---|---|
//! | `first TIME ZONE at INSTANT` | the first window of an account |
//! | `look TIME ZONE at INSTANT` | the window that its last one leads to |
//! | `use TIME ZONE at INSTANT` | the same, which is the last one from there on |
//! | `days TIME ZONE at INSTANT for COUNT` | so many windows, each used |
//! | `cycle MONTHS ZONE at INSTANT` | a cycle, which the rows below are about |
//! | `window ORDINAL` | one of its windows |
//! | `holds INSTANT` | the window that holds an instant |
//! | `zone TEXT` | how the zone is written |
//! | `instant ZONE LOCAL` | when a clock first shows a local time, or a later one |
//! | `local ZONE INSTANT` | what it shows at an instant |

use std::fmt::Display;
use std::fs;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use studio_credits::plan::{Cycle, CycleWindow, DailyReset, DayWindow, Zone};

use crate::account::sheet;

macro_rules! tables {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() { sheet::check::<Case>(concat!("calendar/", stringify!($name), ".txt")); }
        )*

        #[test]
        fn each_table_is_checked() {
            let files = fs::read_dir(sheet::data("calendar")).unwrap();
            let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, [$(concat!(stringify!($name), ".txt")),*]);
        }
    };
}

tables! {
    cycles,
    #[cfg(feature = "chrono-tz")] cycles_of_zones,
    days,
    #[cfg(feature = "chrono-tz")] days_of_zones,
    moves,
    offsets,
    #[cfg(feature = "chrono-tz")] zones,
}

#[derive(Default)]
struct Case {
    last: Option<DayWindow>,
    cycle: Option<Cycle>,
}

type Said<T> = Result<T, String>;

impl sheet::Case for Case {
    fn ask(&mut self, row: &str) -> Vec<String> {
        self.answer(row).unwrap_or_else(|refusal| vec![format!("refused: {refusal}")])
    }
}

impl Case {
    fn answer(&mut self, row: &str) -> Said<Vec<String>> {
        match row.split_whitespace().collect::<Vec<_>>()[..] {
            ["first", time, zone, "at", now] => {
                self.last = Some(DayWindow::first(reset(time, zone)?, instant(now)).map_err(text)?);
                Ok(vec![day(self.last.as_ref().unwrap())])
            }
            ["look", time, zone, "at", now] => Ok(vec![day(&self.at(reset(time, zone)?, instant(now))?)]),
            ["use", time, zone, "at", now] => {
                self.last = Some(self.at(reset(time, zone)?, instant(now))?);
                Ok(vec![day(self.last.as_ref().unwrap())])
            }
            ["days", time, zone, "at", now, "for", count] => {
                let reset = reset(time, zone)?;
                let mut window = DayWindow::first(reset, instant(now)).map_err(text)?;
                let mut told = vec![day(&window)];
                for _ in 1..count.parse::<u32>().unwrap() {
                    window = window.at(reset, window.closes_at()).map_err(text)?;
                    told.push(day(&window));
                }
                Ok(told)
            }
            ["cycle", months, zone, "at", anchor] => {
                let cycle = Cycle::monthly(instant(anchor), parse(zone)?).map_err(text)?;
                self.cycle = Some(cycle.with_months(months.parse().unwrap()).map_err(text)?);
                Ok(Vec::new())
            }
            ["window", ordinal] => self.cycle().window(ordinal.parse().unwrap()).map(numbered).map_err(text),
            ["holds", now] => self.cycle().window_at(instant(now)).map(numbered).map_err(text),
            ["zone", ref words @ ..] => Ok(vec![parse(&words.join(" "))?.to_string()]),
            ["instant", zone, local] => Ok(vec![shown(parse(zone)?.instant(clock(local)).map_err(text)?)]),
            ["local", zone, now] => {
                Ok(vec![parse(zone)?.local(instant(now)).map_err(text)?.format("%Y-%m-%dT%H:%M:%S%.f").to_string()])
            }
            _ => panic!("`{row}` is no row"),
        }
    }

    fn at(&self, reset: DailyReset, now: DateTime<Utc>) -> Said<DayWindow> {
        let window = self.last.unwrap().at(reset, now).map_err(text)?;
        assert!(now < window.closes_at(), "{now} is not in {window:?}");
        assert_eq!(window.at(reset, window.opens_at()), Ok(window));
        Ok(window)
    }

    fn cycle(&self) -> Cycle {
        self.cycle.unwrap()
    }
}

fn day(window: &DayWindow) -> String {
    let floor = window.floor() - window.opens_at();
    let floor = if floor.is_zero() { String::new() } else { format!(", floor after {}", long(floor)) };
    span(window.opens_at(), window.closes_at()) + &floor
}

fn numbered(window: CycleWindow) -> Vec<String> {
    vec![format!("{}: {}", window.ordinal, span(window.opens_at, window.closes_at))]
}

fn span(opens_at: DateTime<Utc>, closes_at: DateTime<Utc>) -> String {
    let length = closes_at - opens_at;
    assert!(length > TimeDelta::zero(), "{opens_at} to {closes_at}");
    let days = length.num_hours() > 100 && (length - TimeDelta::days(length.num_days())).is_zero();
    let length = if days { format!("{} d", length.num_days()) } else { long(length) };
    format!("{} to {}, {length}", shown(opens_at), shown(closes_at))
}

fn long(length: TimeDelta) -> String {
    match (length.num_hours(), length.num_minutes() % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true).replace(":00Z", "Z")
}

fn reset(time: &str, zone: &str) -> Said<DailyReset> {
    DailyReset::new(time.parse().unwrap(), parse(zone)?).map_err(text)
}

fn parse(zone: &str) -> Said<Zone> {
    zone.parse().map_err(text)
}

/// `2026-11-24T15:00Z`, in seconds or not.
fn instant(at: &str) -> DateTime<Utc> {
    clock(at.strip_suffix('Z').expect(at)).and_utc()
}

fn clock(local: &str) -> NaiveDateTime {
    local.parse().or_else(|_| format!("{local}:00").parse()).expect(local)
}

fn text(error: impl Display) -> String {
    error.to_string()
}
