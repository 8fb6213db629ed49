//! Accounts that change their zone as they please, over 400 days: a day cannot be farmed, and no window is ever moved.

use std::env;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use studio_credits::plan::{DailyReset, DayWindow, Zone};

use crate::oracle::chance::Chance;

const DAYS: i64 = 400;

/// What an account does to have more windows, most of them with rests in between; or what happens to it.
#[derive(Clone, Copy)]
enum Way {
    /// It takes each window as soon as it is there, in a zone where that one closes early.
    Greedy,
    /// It takes each window as soon as it is there, one step further to the east.
    Eastward,
    /// It takes each window as soon as it is there, anywhere.
    Anywhere,
    /// It comes when it likes, from anywhere, and may stay away for weeks.
    Whenever,
    /// It comes when it likes, and the plan's time of the reset changes too.
    AnyTime,
}

/// Everything that an account may choose from.
struct World {
    zones: Vec<Zone>,
    starts: Vec<DateTime<Utc>>,
}

impl World {
    fn of_offsets() -> Self {
        let minutes =
            [&[-720, -690, -570, -210, 0, 345, 525, 765, 840][..], &(-11..14).map(|h| h * 60).collect::<Vec<_>>()];
        let zones = minutes.concat().into_iter().map(|minutes: i32| {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60).parse().unwrap()
        });
        Self { zones: zones.collect(), starts: vec!["2026-11-24T12:34:56.789012Z".parse().unwrap()] }
    }

    /// Zones whose clocks jump, in years when they do.
    #[cfg(feature = "chrono-tz")]
    fn of_zones() -> Self {
        let names = [
            "Africa/Cairo",
            "Africa/Casablanca",
            "America/Havana",
            "America/Los_Angeles",
            "America/New_York",
            "America/Nuuk",
            "America/Sao_Paulo",
            "America/St_Johns",
            "Antarctica/Troll",
            "Antarctica/Vostok",
            "Asia/Beirut",
            "Asia/Kathmandu",
            "Asia/Pyongyang",
            "Asia/Tokyo",
            "Australia/Lord_Howe",
            "Australia/Sydney",
            "Europe/Amsterdam",
            "Europe/Dublin",
            "Etc/GMT+12",
            "Pacific/Apia",
            "Pacific/Chatham",
            "Pacific/Kiritimati",
            "Pacific/Kwajalein",
            "UTC",
        ];
        let starts = ["1993-03-05", "1994-06-21", "2010-08-31", "2011-05-05", "2018-03-03", "2026-11-24", "2098-12-12"];
        Self {
            zones: names.iter().map(|name| name.parse().unwrap()).collect(),
            starts: starts.iter().map(|day| format!("{day}T12:34:56.789012Z").parse().unwrap()).collect(),
        }
    }
}

/// A history of a seed, up to its end or to what must not be.
fn play(world: &World, seed: u64) -> Result<Vec<DayWindow>, String> {
    let mut chance = Chance::new(seed, 31);
    let way = *chance.pick(&[Way::Greedy, Way::Eastward, Way::Anywhere, Way::Whenever, Way::AnyTime]);
    let start = *chance.pick(&world.starts) + TimeDelta::minutes(chance.below(100 * 24 * 60).cast_signed());
    let mut reset = DailyReset::new(time(&mut chance), *chance.pick(&world.zones)).unwrap();
    let mut window = DayWindow::first(reset, start).unwrap();
    let mut used = vec![window];
    let mut now = start;
    let rests = chance.weighted(&[(1, 0), (7, 15)]);
    if window.opens_at() > now || now >= window.closes_at() {
        return Err(format!("{now} is not in the first window, {window:?}"));
    }
    while now < start + TimeDelta::days(DAYS) {
        let last = window;
        let (from, until) = (now.max(last.opens_at()), last.closes_at() - TimeDelta::microseconds(1));
        now = match way {
            Way::Whenever | Way::AnyTime => now + TimeDelta::minutes(wait(&mut chance)),
            _ if chance.percent(rests) => now + TimeDelta::days(chance.between(2, 90).cast_signed()),
            Way::Greedy | Way::Eastward | Way::Anywhere => last.closes_at(),
        };
        reset = match way {
            Way::Greedy => {
                let tried = (0..3).map(|_| reset.with_zone(*chance.pick(&world.zones)));
                tried.min_by_key(|tried| last.at(*tried, now).unwrap().closes_at()).unwrap()
            }
            Way::Eastward => {
                let here = world.zones.iter().position(|zone| *zone == reset.zone()).unwrap();
                reset.with_zone(world.zones[(here + chance.place(3)) % world.zones.len()])
            }
            Way::AnyTime if chance.percent(20) => DailyReset::new(time(&mut chance), reset.zone()).unwrap(),
            _ if chance.percent(50) => reset.with_zone(*chance.pick(&world.zones)),
            _ => reset,
        };
        for at in [last.opens_at(), from, until] {
            if last.at(reset, at) != Ok(last) {
                return Err(format!("{last:?} is moved at {at} by a change to {reset}"));
            }
        }
        if let Some(next) = look(&last, reset, now)? {
            window = next;
            used.push(next);
        }
    }
    audit(&used)?;
    Ok(used)
}

/// The next window, if it is one that may follow the last.
fn look(last: &DayWindow, reset: DailyReset, now: DateTime<Utc>) -> Result<Option<DayWindow>, String> {
    let next = last.at(reset, now).unwrap();
    let fault = |what: &str| Err(format!("{what}: {last:?}, at {now} in {reset} {next:?}"));
    if next == *last {
        return if now < last.closes_at() { Ok(None) } else { fault("a window is not over when it is") };
    }
    if now < next.opens_at() || next.closes_at() <= now {
        return fault("it is not in its window");
    }
    if next.opens_at() < last.closes_at() {
        return fault("two windows overlap");
    }
    if now == last.closes_at() && next.opens_at() == now {
        return Ok(Some(next));
    }
    let follower = last.at(reset, last.closes_at()).unwrap();
    if follower.opens_at() != last.closes_at() {
        return fault("there is a hole");
    }
    if follower != next && next.opens_at() < follower.closes_at() {
        return fault("what follows depends on when one looks");
    }
    Ok(Some(next))
}

/// Nothing is used more often than it may be: every two windows i < j open (j - i - 1) · 24 hours apart or more. As
/// opens(j) - j · 24 h is not a day below the highest such number before it, no pair is left out.
fn audit(used: &[DayWindow]) -> Result<(), String> {
    let day = TimeDelta::hours(24);
    let mut highest = TimeDelta::MIN;
    for (number, window) in (0..).zip(used) {
        if window.closes_at() - window.opens_at() < TimeDelta::hours(20) {
            return Err(format!("{window:?} is less than 20 hours long"));
        }
        let ahead = window.opens_at() - used[0].opens_at() - day * number;
        if number > 0 && ahead < highest - day {
            return Err(format!("window {number} opens too early: {window:?}"));
        }
        highest = highest.max(ahead);
    }
    Ok(())
}

/// Minutes until an account is next seen: mostly hours, at times weeks.
fn wait(chance: &mut Chance) -> i64 {
    let most = chance.weighted(&[(6, 2), (3, 40), (1, 24 * 40)]);
    chance.between(1, most * 60).cast_signed()
}

fn time(chance: &mut Chance) -> NaiveTime {
    let minutes = if chance.percent(50) { 0 } else { chance.below(24 * 60) };
    NaiveTime::MIN + TimeDelta::minutes(minutes.cast_signed())
}

/// Plays histories one after the other; what fails can be played again by itself.
fn play_all(world: &World, cases: u64, test: &str) -> usize {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (first, cases) = (number("CALENDAR_SEED", 1), number("CALENDAR_CASES", cases));
    let windows = (first..first + cases).map(|seed| match play(world, seed) {
        Ok(used) => used.len(),
        Err(why) => panic!(
            "seed {seed}: {why}\nto be seen again by\n  CALENDAR_SEED={seed} CALENDAR_CASES=1 cargo test \
             --all-features --test it -- calendar::histories::{test}"
        ),
    });
    windows.sum()
}

#[test]
fn no_choice_of_offsets_gains_a_day() {
    let windows = play_all(&World::of_offsets(), 10_000, "no_choice_of_offsets_gains_a_day");
    println!("{windows} windows");
}

#[cfg(feature = "chrono-tz")]
#[test]
fn no_choice_of_zones_gains_a_day() {
    let windows = play_all(&World::of_zones(), 1_000, "no_choice_of_zones_gains_a_day");
    println!("{windows} windows");
}

/// The bound is met, so the tests above would see one window more.
#[test]
fn a_greedy_account_has_one_day_more_and_no_second() {
    let east: Vec<Zone> =
        ["-12:00", "-08:00", "-04:00", "UTC", "+04:00", "+08:00", "+12:00"].map(|it| it.parse().unwrap()).into();
    let mut reset = DailyReset::default().with_zone(east[0]);
    let mut window = DayWindow::first(reset, "2026-11-24T12:00:00Z".parse().unwrap()).unwrap();
    let first = window;
    let mut used = 1;
    for zone in east.iter().cycle().skip(1).take(200) {
        reset = reset.with_zone(*zone);
        window = window.at(reset, window.closes_at()).unwrap();
        used += 1;
        let days = (window.opens_at() - first.opens_at()).num_days() + 1;
        assert!(used <= days + 1, "{used} in {days} days");
        if used == 7 {
            assert_eq!(days, 6, "seven windows open within six days");
        }
    }
}
