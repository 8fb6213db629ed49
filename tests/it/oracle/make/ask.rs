//! Makes requests: mostly such as a book prices, at and around its bounds, and some that it must refuse.

use chrono::TimeDelta;
use studio_credits::Outcome;

use super::{
    offer::{instants, possible},
    setting::{GRID, datum},
};
use crate::oracle::{
    ask::{Ask, End},
    chance::Chance,
    counter::Counter,
    number::{fraction, whole},
    shop::Shop,
    tree::{Datum, Instant, Named, Setting},
};

const ANY_OTHER: &str = "a model of tomorrow";
const NOW: &str = "2026-11-23T12:00:00Z";

/// The request of this number to a book.
pub(crate) fn ask(editions: &[Shop<'_>], seed: u64, number: u64) -> Ask {
    let mut chance = Chance::new(seed, 2 + number);
    let at = instant(&mut chance);
    let shop = editions.iter().find(|shop| shop.is_open(at)).unwrap_or(&editions[0]);
    let (studio, tool, model) = names(shop, &mut chance);
    let sold = shop.sold(&studio, tool.as_deref(), &model).and_then(|sold| Shop::in_force(&sold, at));
    let declared: Named<Setting> = sold.map_or_else(|_| Named::new(), |sold| Counter::declared_at(shop, &sold, at));
    let facts = shop.facts().into_iter().map(|(name, fact)| (name.to_owned(), fact.clone())).collect();
    let settings = said(&mut chance, &declared, 60);
    let facts = said(&mut chance, &facts, 40);
    let measured = declared.iter().filter(|(_, setting)| setting.measured || chance.percent(10)).cloned().collect();
    let count = count(&mut chance);
    let end = End {
        outcome: chance.weighted(&[
            (60, Outcome::Delivered),
            (10, Outcome::Failed),
            (8, Outcome::Blocked),
            (12, Outcome::Cancelled),
            (8, Outcome::Empty),
            (2, Outcome::Unknown),
        ]),
        outputs: chance.maybe(50, |chance| chance.below(count.min(12) + 2)),
        measured: said(&mut chance, &measured, 85),
    };
    let first_count = self::count(&mut chance);
    let mut ask = Ask { studio, tool, model, count, settings, facts, at, end, first_count };
    if chance.percent(5) {
        slip(&mut chance, &mut ask, &declared);
    }
    ask
}

/// What is sold, mostly; or else names from here and there.
fn names(shop: &Shop<'_>, chance: &mut Chance) -> (String, Option<String>, String) {
    let offer = chance.pick(&shop.offers);
    let (studio, (mut tool, mut model)) = (offer.studio(), *chance.pick(&offer.names));
    if tool.is_some() && offer.like.is_none() && chance.percent(35) || chance.percent(1) {
        tool = None;
    } else if chance.percent(1) {
        tool = Some(chance.text(&["make", "edit", "restyle", "paint"]));
    }
    if model == "*" || chance.percent(1) {
        model = ANY_OTHER;
    }
    let studio = if chance.percent(1) { "sketch" } else { studio };
    (studio.to_owned(), tool.map(str::to_owned), model.to_owned())
}

fn instant(chance: &mut Chance) -> Instant {
    if chance.percent(55) {
        return NOW.parse().unwrap();
    }
    let seams: Vec<Instant> = instants().collect();
    let near =
        *chance.pick(&[TimeDelta::zero(), TimeDelta::nanoseconds(-1), TimeDelta::seconds(1), TimeDelta::days(-40)]);
    *chance.pick(&seams) + near
}

fn count(chance: &mut Chance) -> u64 {
    match chance.below(100) {
        0..30 => 1,
        30..75 => chance.between(2, 6),
        75..94 => *chance.pick(&[8, 10, 12, 20, 50, 100]),
        94..98 => chance.between(1, 5_000),
        _ => *chance.pick(&[999_999, 1_000_000]),
    }
}

fn said(chance: &mut Chance, declared: &Named<Setting>, percent: u64) -> Named<Datum> {
    let mut said = Named::new();
    for (name, setting) in declared {
        let needed = setting.default.is_none() && !setting.measured;
        if chance.percent(if needed { 93 } else { percent })
            && let Some(datum) = value(chance, setting)
        {
            said.push((name.clone(), datum));
        }
    }
    chance.shuffle(&mut said);
    said
}

/// A value that the setting may be.
fn value(chance: &mut Chance, setting: &Setting) -> Option<Datum> {
    match setting.shown_kind() {
        "list" => {
            let item = setting.items.as_ref()?;
            let items: Vec<Datum> = (0..chance.below(5)).filter_map(|_| value(chance, item)).collect();
            // One item may stand for a list of it.
            let alone = items.len() == 1 && chance.percent(30);
            Some(if alone { items[0].clone() } else { Datum::List(items) })
        }
        "text" => Some(datum(chance.text(&["part-a", "part-b", "part-c", "part-unlisted", ANY_OTHER, "4.5"]))),
        "record" => {
            let fields = setting.fields.iter().filter(|_| chance.percent(80));
            let fields: Vec<_> = fields.cloned().collect();
            Some(Datum::Record(
                fields.iter().filter_map(|(name, it)| Some((name.clone(), value(chance, it)?))).collect(),
            ))
        }
        _ if setting.is_number() && setting.values.is_empty() && chance.percent(20) => {
            let number = whole(chance.below(2_000)) / whole(*chance.pick(&[1, 1, 2, 10, 1_000]));
            Some(Datum::Number(number)).filter(|datum| setting.accepts(datum)).or_else(|| pick(chance, setting))
        }
        _ => pick(chance, setting),
    }
}

fn pick(chance: &mut Chance, setting: &Setting) -> Option<Datum> {
    let values = possible(setting);
    if values.is_empty() { None } else { Some(chance.pick(&values).clone()) }
}

/// Makes a request that a book should refuse.
fn slip(chance: &mut Chance, ask: &mut Ask, declared: &Named<Setting>) {
    let wrong =
        || [datum("none such"), Datum::Number(fraction("-77")), Datum::Flag(true), Datum::List(vec![datum("1")])];
    let wrong = chance.pick(&wrong()).clone();
    let say = |named: &mut Named<Datum>, name: &str, datum: Datum| {
        named.retain(|(known, _)| known != name);
        named.push((name.to_owned(), datum));
    };
    match chance.below(5) {
        0 => say(&mut ask.settings, "settign", wrong),
        1 => say(&mut ask.facts, "plann", wrong),
        2 => say(&mut ask.facts, chance.text(&["plan", "seats", "first"]), wrong),
        3 => say(
            &mut ask.settings,
            chance.text(&["gpu_seconds", "duration", "stages", "audio"]),
            datum(chance.text(&GRID)),
        ),
        _ => {
            if !declared.is_empty() {
                let (name, _) = chance.pick(declared);
                say(&mut ask.settings, name, wrong);
            }
        }
    }
}
