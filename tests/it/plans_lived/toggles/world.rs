//! Plans by chance, whose allowances have the same names and other amounts.

use studio_credits::GrantKind;
use studio_credits::plan::{AtEnd, Every, Plan, PlanBook, Proration, ResetZone, Rollover, Upgrade};

use crate::oracle::chance::Chance;
use crate::plans_lived::life::{At, allowance, name, plan, whole};

/// A base in some editions, and four plans that are sold, each in one edition or two.
pub(super) fn book(chance: &mut Chance, start: At) -> PlanBook {
    let mut plans = Vec::new();
    for of in ["free", "a", "b", "c", "d"] {
        let is_base = of == "free";
        let seams = chance.weighted(&[(2, 0), (2, 1), (1, if is_base { 3 } else { 1 })]);
        let mut seams: Vec<At> = (0..seams).map(|_| start + chrono::TimeDelta::minutes(minutes(chance))).collect();
        seams.sort();
        seams.dedup();
        for edition in 0..=seams.len() {
            let mut made = sold(chance, of, &format!("{}", edition + 1), is_base);
            if edition > 0 {
                made = made.in_force_from(seams[edition - 1]).unwrap();
            }
            if edition < seams.len() {
                made = made.in_force_until(seams[edition]).unwrap();
            }
            plans.push(made);
        }
    }
    PlanBook::new(plans).unwrap().with_base(name("free")).unwrap()
}

/// Within the first three months.
fn minutes(chance: &mut Chance) -> i64 {
    chance.below(90 * 24 * 60).cast_signed()
}

fn sold(chance: &mut Chance, of: &str, edition: &str, is_base: bool) -> Plan {
    let mut made = plan(of, edition);
    if chance.percent(if is_base { 75 } else { 50 }) {
        let at = name(chance.text(&["00:00", "00:00", "06:30"]));
        let zone = if chance.percent(50) { ResetZone::Account } else { ResetZone::default() };
        let kind = if chance.percent(80) { GrantKind::Free } else { GrantKind::Subscription };
        made = made.with_allowance(allowance("daily", kind, chance.between(1, 60), Every::Day { at, zone })).unwrap();
    }
    for (of, percent, kind) in [("main", 85, GrantKind::Subscription), ("more", 40, GrantKind::Reward)] {
        if !is_base && chance.percent(percent) {
            let mut given = allowance(of, kind, chance.between(1, 900), Every::Month);
            if chance.percent(30) {
                let rollover = Rollover::new(whole(chance.between(1, 600)), chance.weighted(&[(3, 1), (1, 3)]));
                given = given.with_rollover(rollover.unwrap()).unwrap();
            }
            made = made.with_allowance(given).unwrap();
        }
    }
    for kind in [GrantKind::Subscription, GrantKind::Reward, GrantKind::TopUp] {
        if chance.percent(30) {
            made = made.with_at_end(kind, *chance.pick(&[AtEnd::Keep, AtEnd::Expire]));
        }
    }
    let made = made.with_upgrade(*chance.pick(&[Upgrade::FreshCycle, Upgrade::CarryOver]));
    let made = made.with_proration(*chance.pick(&[Proration::None, Proration::ByTime]));
    made.with_grace_days(*chance.pick(&[0, 1, 3, 40])).unwrap()
}
