//! An account that was away for long is where it would be if it had been looked at all the time.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use studio_credits::plan::{DailyReset, DayWindow};

use crate::oracle::chance::Chance;

/// Windows one after the other, from the one after `last` to the one that holds `now`, each looked at when it opens.
fn walked(last: &DayWindow, reset: DailyReset, now: DateTime<Utc>) -> DayWindow {
    let mut window = *last;
    while window.closes_at() <= now {
        let next = last.at(reset, window.closes_at()).unwrap();
        assert_eq!(next.opens_at(), window.closes_at(), "{last:?} in {reset}");
        window = next;
    }
    window
}

/// An account that used some windows in other zones, of those named.
fn travelled(chance: &mut Chance, zones: &[&str], start: &str) -> DayWindow {
    let mut window = DayWindow::first(reset(chance, zones), start.parse().unwrap()).unwrap();
    for _ in 0..chance.below(30) {
        window = window.at(reset(chance, zones), window.closes_at()).unwrap();
    }
    window
}

fn reset(chance: &mut Chance, zones: &[&str]) -> DailyReset {
    let time = NaiveTime::MIN + TimeDelta::minutes(chance.below(24 * 60).cast_signed());
    DailyReset::new(time, chance.text(zones).parse().unwrap()).unwrap()
}

fn check(seed: u64, zones: &[&str], start: &str) {
    let mut chance = Chance::new(seed, 32);
    let last = travelled(&mut chance, zones, start);
    let reset = reset(&mut chance, zones);
    for _ in 0..3 {
        let now = last.closes_at() + TimeDelta::minutes(chance.below(400 * 24 * 60).cast_signed());
        let skipped = last.at(reset, now).unwrap();
        assert!(skipped.opens_at() <= now && now < skipped.closes_at(), "seed {seed}");
        assert_eq!(skipped, walked(&last, reset, now), "seed {seed}: {last:?} at {now} in {reset}");
    }
}

const OFFSETS: &[&str] = &["UTC", "+04:00", "+05:30", "+14:00", "-08:00", "-09:30", "-12:00"];

#[test]
fn skipping_is_walking_in_every_offset() {
    for seed in 1..=150 {
        check(seed, OFFSETS, "2026-11-24T12:00:00Z");
    }
}

#[cfg(feature = "chrono-tz")]
#[test]
fn skipping_is_walking_in_every_zone() {
    let hard = [
        "America/Havana",
        "America/Nuuk",
        "America/St_Johns",
        "Antarctica/Vostok",
        "Europe/Amsterdam",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "UTC",
    ];
    for seed in 1..=20 {
        for start in ["1993-06-01T12:00:00Z", "1994-03-01T12:00:00Z", "2011-03-01T12:00:00Z", "2026-01-01T12:00:00Z"] {
            check(seed, &hard, start);
        }
    }
}

/// In one offset, the window does not even depend on whether those before it were used; only the floor does.
#[test]
fn in_one_offset_use_does_not_matter() {
    for seed in 1..=100 {
        let mut chance = Chance::new(seed, 33);
        let last = travelled(&mut chance, OFFSETS, "2026-11-24T12:00:00Z");
        let reset = reset(&mut chance, OFFSETS);
        let mut used = last;
        for _ in 0..60 {
            used = used.at(reset, used.closes_at()).unwrap();
            let skipped = last.at(reset, used.opens_at()).unwrap();
            assert_eq!((skipped.opens_at(), skipped.closes_at()), (used.opens_at(), used.closes_at()), "seed {seed}");
            assert!(skipped.floor() <= used.floor(), "seed {seed}");
        }
    }
}

/// Written down by hand in whole minutes: every reset is the time of day less the offset, a day after the last.
#[test]
fn ten_years_later_the_day_is_found_by_reckoning() {
    for seed in 1..=500 {
        let mut chance = Chance::new(seed, 34);
        let (offset, time) = (chance.below(26 * 60 + 1).cast_signed() - 720, chance.below(24 * 60).cast_signed());
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60).parse().unwrap();
        let reset = DailyReset::new(NaiveTime::MIN + TimeDelta::minutes(time), zone).unwrap();
        let minute = |at: DateTime<Utc>| at.timestamp() / 60;
        let start = DateTime::from_timestamp(60 * chance.between(30_000_000, 40_000_000).cast_signed(), 0).unwrap();
        let window = DayWindow::first(reset, start).unwrap();
        let later = start + TimeDelta::minutes(chance.below(10 * 365 * 24 * 60).cast_signed());
        for (at, window) in [(start, window), (later, window.at(reset, later).unwrap())] {
            let since = (minute(at) + offset - time).rem_euclid(24 * 60);
            assert_eq!(minute(window.opens_at()), minute(at) - since, "seed {seed}");
            assert_eq!(minute(window.closes_at()), minute(at) - since + 24 * 60, "seed {seed}");
        }
    }
}
