//! Every stored shape, byte for byte: `tests/data/golden`, one file for each kind. `REWRITE=1` writes them.

mod kinds;
mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use studio_credits::account::Account;
use studio_credits::journal::{Entry, Event, Record, Snapshot};
use studio_credits::ledger::{Ledger, Purchase, block_on};
use studio_credits::store::MemoryStore;
use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Outcome, Unit};

use self::kinds::{command, event, record};
use self::scripts::{EDGES, PLAIN, PLANS_END, PLANS_PLAIN, PLANS_RICH, RICH, SCRIPTS};
use super::sheet::{self, Case as _};
use super::tables::Case;
use super::{quoting, words};

fn played(script: &str) -> Case {
    let mut case = Case::default();
    for row in script.lines() {
        let mut row = row.to_owned();
        while let Some((before, (name, after))) =
            row.split_once('<').map(|(it, rest)| (it, rest.split_once('>').unwrap()))
        {
            let name = format!("{name}{}{}", "é".repeat((100 - name.len()) / 2), "x".repeat(name.len() % 2));
            assert_eq!(name.len(), 100);
            row = format!("{before}{name}{after}");
        }
        let told = case.ask(&row);
        assert!(!told.iter().any(|part| part.starts_with("refused") || part.starts_with("error")), "{row}: {told:?}");
    }
    case.check();
    case
}

/// What a ledger makes of quotes: a hold that is settled by what was delivered, one that is open, and a charge.
fn quoted() -> Case {
    let (mut case, ledger) = (Case::default(), Ledger::new(MemoryStore::default(), Unit::new("credits").unwrap()));
    let (id, now) = (case.desk.account.id().clone(), words::instant("12:00").unwrap());
    let key = |text: &str| Key::new(text).unwrap();
    let request = GenerationRequest::new("image", "flux").unwrap().with_count(4).unwrap();
    let request = request.with_setting("resolution", "2k").unwrap().with_fact("plan", "pro").unwrap();
    let video = GenerationRequest::new("video", "kling").unwrap();
    let engine = quoting::engine();
    block_on(async {
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(100)).unwrap();
        ledger.grant(&id, &key("a"), grant, now).await.unwrap();
        let quote = engine.quote(&request, now).unwrap();
        let purchase = Purchase::new(&quote).by("ada".parse().unwrap()).with_amount_max(Credits::from_whole(40));
        let hold = HoldId::new("h").unwrap();
        ledger.hold(&id, &key("h"), purchase, now).await.unwrap();
        let delivery = Delivery::ended(Outcome::Cancelled).with_outputs(3).with_measured("resolution", "1k").unwrap();
        ledger.settle(&id, &key("s"), &hold, delivery, engine, now).await.unwrap();
        let quote = engine.quote(&video, now).unwrap();
        ledger.hold(&id, &key("i"), &quote, now).await.unwrap();
        ledger.charge(&id, &key("c"), &quote, now).await.unwrap();
        case.desk.account = ledger.account(&id).await.unwrap();
        let entries = ledger.entries(&id, 0, 100).await.unwrap();
        case.desk.entries.extend(entries.iter().map(|entry| Entry::clone(entry)));
        for name in ["a", "h", "s", "i", "c"] {
            let receipt = ledger.receipt(&id, &key(name)).await.unwrap().map(Record::Receipt);
            let charge = ledger.charge_of(&id, &HoldId::from(&key(name))).await.unwrap().map(Record::Charge);
            case.desk.records.extend(receipt.into_iter().chain(charge).map(|record| (record.name(), record)));
        }
    });
    case.check();
    case
}

fn plan_scripts() -> [String; 2] {
    [PLANS_PLAIN.to_owned(), format!("{PLANS_RICH}\n{PLANS_END}")]
}

/// By the name of its kind, what says the most of each script, and of quotes where it tells of one.
fn by_kind<T: Clone + Serialize>(all: impl Fn(&Case) -> Vec<(String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut kinds: BTreeMap<String, Vec<T>> = BTreeMap::new();
    let tells_of_quote = |value: &T| {
        let text = serde_json::to_string(value).unwrap();
        ["basis", "quoted", "priced"].iter().any(|field| text.contains(&format!("\"{field}\":")))
    };
    // What plans bring, and what they add to what there is without.
    let known: BTreeSet<_> = SCRIPTS.iter().flat_map(|script| all(&played(script))).map(|(kind, _)| kind).collect();
    let tells_of_plan = |(kind, value): &(String, T)| {
        let text = serde_json::to_string(value).unwrap();
        !known.contains(kind) || ["counters\":", "events\":", "with-plan"].iter().any(|of| text.contains(of))
    };
    let plain = SCRIPTS.map(|script| all(&played(script)));
    let plans = plan_scripts().map(|script| all(&played(&script)).into_iter().filter(tells_of_plan).collect());
    let quoted = all(&quoted()).into_iter().filter(|(_, value)| tells_of_quote(value)).collect();
    for values in plain.into_iter().chain(plans).chain([quoted]) {
        let mut longest = BTreeMap::new();
        for (kind, value) in values {
            let length = |value: &T| serde_json::to_string(value).unwrap().len();
            let known = longest.entry(kind).or_insert_with(|| value.clone());
            if length(&value) > length(known) {
                *known = value;
            }
        }
        for (kind, value) in longest {
            kinds.entry(kind).or_default().push(value);
        }
    }
    kinds
}

/// Holds each kind against its file: the same bytes, and the same value read back.
fn pinned<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    folder: &str,
    count: usize,
    kinds: &BTreeMap<String, Vec<T>>,
) {
    assert_eq!(kinds.len(), count, "{:?}", kinds.keys());
    let folder = sheet::data("golden").join(folder);
    for (kind, values) in kinds {
        let path = folder.join(kind).with_extension("json");
        sheet::same(&path, &format!("{}\n", serde_json::to_string_pretty(values).unwrap()));
        let stored = fs::read_to_string(&path).unwrap();
        assert_eq!(&serde_json::from_str::<Vec<T>>(&stored).unwrap(), values, "{kind}");
        exact("", &serde_json::from_str(&stored).unwrap());
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), count, "{}", folder.display());
}

/// Amounts are decimal text, instants are RFC 3339 in UTC, and the numbers that are left are counts and lengths.
fn exact(name: &str, value: &Value) {
    match value {
        Value::Number(number) => {
            let counts = [
                "format",
                "seq",
                "held_seq",
                "since_seq",
                "priority",
                "life_seconds",
                "life",
                "items",
                "outputs",
                "duration",
                // Of plans.
                "count",
                "day_max",
                "days",
                "ever",
                "ever_max",
                "expiring_days",
                "expiry_days",
                "first_month",
                "grace_days",
                "holds",
                "month_max",
                "months",
                "months_paid",
                "ordinal",
                "seats",
                "term_months",
            ];
            assert!(counts.contains(&name) && !number.is_f64(), "{name}: {number}");
        }
        Value::String(text)
            if name.ends_with("_at")
                || matches!(name, "at" | "mark" | "from" | "until" | "since" | "floor") && text.contains('T') =>
        {
            let at: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true), text);
        }
        // What these hold is the caller's, and the price book's.
        Value::Object(_) if matches!(name, "settings" | "facts" | "defaults") => {}
        Value::Array(items) => items.iter().for_each(|item| exact(name, item)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| exact(name, field)),
        _ => {}
    }
}

/// The same with a hash.
fn hashed<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut stored = serde_json::to_value(value).unwrap();
    stored["hash"] = "00ff1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeef".into();
    serde_json::from_value(stored).unwrap()
}

#[test]
fn entries() {
    let all = |case: &Case| {
        let entries = case.desk.entries.iter();
        entries.map(|entry| (entry.fact.kind().to_owned(), entry.clone())).collect::<Vec<(String, Entry)>>()
    };
    let mut kinds = by_kind(all);
    for (kind, entries) in &kinds {
        let stored = serde_json::to_value(&entries[0].fact).unwrap();
        let tag = stored.as_str().or_else(|| stored.as_object()?.keys().next().map(String::as_str));
        assert_eq!(tag, Some(kind.as_str()));
    }
    kinds.insert("hashed".to_owned(), vec![hashed(&kinds["held"][0])]);
    pinned("entry", 39, &kinds);
}

#[test]
fn records() {
    let all = |case: &Case| case.desk.records.values().map(|it| (record(it), it.clone())).collect();
    pinned("record", 9, &by_kind(all));
}

#[test]
fn commands() {
    let all = |case: &Case| {
        let commands = case.desk.records.values().filter_map(|record| match record {
            Record::Receipt(receipt) => Some(&receipt.command),
            _ => None,
        });
        commands.map(|it| (command(it).to_owned(), it.clone())).collect::<Vec<_>>()
    };
    pinned("command", 37, &by_kind(all));
}

#[test]
fn events() {
    let mut kinds: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for script in plan_scripts() {
        let told = played(&script).desk.records.into_values().filter_map(|record| match record {
            Record::Receipt(receipt) => Some(receipt.events),
            _ => None,
        });
        let mut first = BTreeMap::new();
        for told in told.flatten() {
            first.entry(event(&told).to_owned()).or_insert(told);
        }
        for (kind, told) in first {
            kinds.entry(kind).or_default().push(told);
        }
    }
    pinned("event", 7, &kinds);
}

#[test]
fn snapshots() {
    let new = Account::new(AccountId::new("user-7").unwrap(), Unit::new("credits").unwrap());
    let named =
        [("plain", PLAIN), ("rich", RICH), ("edges", EDGES), ("plans-plain", PLANS_PLAIN), ("plans-rich", PLANS_RICH)];
    let of = |(name, script): (&str, &str)| (name.to_owned(), vec![played(script).desk.account.snapshot()]);
    let mut kinds: BTreeMap<String, Vec<Snapshot>> = named.map(of).into();
    kinds.insert("empty".to_owned(), vec![new.snapshot()]);
    kinds.insert("quoted".to_owned(), vec![quoted().desk.account.snapshot()]);
    kinds.insert("hashed".to_owned(), vec![hashed(&kinds["plain"][0])]);
    pinned("snapshot", 8, &kinds);
}

#[test]
fn a_snapshot_in_another_format_is_rebuilt_from_the_entries() {
    let account = played(RICH).desk;
    let mut stored = serde_json::to_value(account.account.snapshot()).unwrap();
    stored["format"] = 2.into();
    let error = serde_json::from_value::<Snapshot>(stored).unwrap_err();
    assert_eq!(error.to_string(), "format 2 is not known: this build reads 1");
    let (id, unit) = (account.account.id().clone(), account.account.unit().clone());
    let rebuilt = Account::from_entries(id, unit, &account.entries).unwrap();
    assert_eq!(rebuilt, account.account);
    assert_eq!(Account::from_snapshot(rebuilt.snapshot()).as_ref(), Ok(&rebuilt));
}
