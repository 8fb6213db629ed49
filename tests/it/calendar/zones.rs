//! What a zone's clock shows, held against the definition: the first instant at which it shows a time or a later one.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use studio_credits::plan::{Cycle, Zone};

use crate::oracle::chance::Chance;

/// The instants at which the clock of a zone jumps between two years, to the second.
fn jumps(zone: Tz, from: i32, until: i32) -> Vec<i64> {
    let day = |year: i32| format!("{year}-01-01T00:00:00Z").parse::<DateTime<Utc>>().unwrap().timestamp();
    let week = 7 * 86_400;
    let mut found = Vec::new();
    let mut at = day(from);
    while at < day(until) {
        if ahead(zone, at) != ahead(zone, at + week) {
            let (mut before, mut after) = (at, at + week);
            while after - before > 1 {
                let middle = i64::midpoint(before, after);
                if ahead(zone, middle) == ahead(zone, at) { before = middle } else { after = middle }
            }
            found.push(after);
        }
        at += week;
    }
    found
}

fn ahead(zone: Tz, at: i64) -> i64 {
    let at = DateTime::from_timestamp(at, 0).unwrap();
    (at.with_timezone(&zone).naive_local() - at.naive_utc()).num_seconds()
}

fn local(zone: Tz, at: i64) -> i64 {
    at + ahead(zone, at)
}

fn clock(local: i64) -> NaiveDateTime {
    DateTime::from_timestamp(local, 0).unwrap().naive_utc()
}

#[test]
fn a_local_time_is_the_first_instant_that_shows_it_or_a_later_one() {
    let mut chance = Chance::new(1, 35);
    for zone in TZ_VARIANTS.iter().filter(|_| chance.percent(12)).chain(&[Tz::Pacific__Apia, Tz::Pacific__Kwajalein]) {
        let parsed: Zone = zone.name().parse().unwrap();
        let jumps = jumps(*zone, 1993, 2027);
        for jump in jumps.iter().rev().take(6).chain(jumps.iter().take(4)) {
            let around = [local(*zone, jump - 1) + 1, local(*zone, *jump)];
            let shown = around.into_iter().flat_map(|it| [-1_800, -1, 0, 1, 1_800].map(|more| it + more));
            for wanted in shown.chain([i64::midpoint(around[0], around[1])]) {
                let found = parsed.instant(clock(wanted)).unwrap().timestamp();
                assert!(local(*zone, found) >= wanted, "{zone} {}", clock(wanted));
                // A clock that was always behind before shows it first: it can only have shown it before a jump back.
                let earlier = (1..=26 * 12).map(|step| found - step * 300).chain([found - 1]);
                for before in earlier {
                    assert!(local(*zone, before) < wanted, "{zone} {}", clock(wanted));
                }
            }
        }
    }
}

#[test]
fn a_later_local_time_is_no_earlier_instant() {
    for name in ["America/St_Johns", "America/Nuuk", "Antarctica/Troll", "Antarctica/Vostok", "Pacific/Apia"] {
        let (zone, parsed): (Tz, Zone) = (name.parse().unwrap(), name.parse().unwrap());
        for jump in jumps(zone, 1990, 2012) {
            let minutes = (-26 * 60..26 * 60).step_by(7).map(|more| clock(local(zone, jump) + more * 60));
            let instants: Vec<_> = minutes.map(|shown| parsed.instant(shown).unwrap()).collect();
            assert!(instants.is_sorted(), "{name} at {}", clock(jump));
        }
    }
}

#[test]
fn windows_of_a_cycle_meet_and_hold_what_they_should() {
    let mut chance = Chance::new(2, 36);
    for name in ["America/Havana", "Asia/Beirut", "Europe/Amsterdam", "Pacific/Apia", "Pacific/Kiritimati", "+05:30"] {
        for _ in 0..12 {
            let start: DateTime<Utc> = "1994-01-01T00:00:00Z".parse().unwrap();
            let anchor = start + TimeDelta::minutes(chance.below(20 * 365 * 24 * 60).cast_signed());
            let months = chance.weighted(&[(3, 1), (1, 3), (1, 12), (1, 7)]);
            let cycle = Cycle::monthly(anchor, name.parse().unwrap()).unwrap().with_months(months).unwrap();
            let mut opens = anchor;
            for ordinal in 0..40 {
                let window = cycle.window(ordinal).unwrap();
                assert_eq!(window.opens_at, opens, "{name} {anchor} {ordinal}");
                assert!(opens < window.closes_at, "{name} {anchor} {ordinal}");
                let last = window.closes_at - TimeDelta::microseconds(1);
                let middle = opens + (last - opens) / 2;
                for at in [opens, middle, last] {
                    assert_eq!(cycle.window_at(at), Ok(window), "{name} {anchor} {ordinal}");
                }
                opens = window.closes_at;
            }
        }
    }
}

/// Beyond any clock since 1970 that the zones know of, an offset is refused.
#[test]
fn every_offset_in_use_is_allowed() {
    let quarters = |zone: &Tz| (0..4 * 57).map(|quarter| ahead(*zone, quarter * 7_889_400)).collect::<Vec<_>>();
    let all: Vec<i64> = TZ_VARIANTS.iter().flat_map(quarters).collect();
    assert_eq!(all.iter().min(), Some(&(-12 * 3_600)));
    assert_eq!(all.iter().max(), Some(&(14 * 3_600)));
}
