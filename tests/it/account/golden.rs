//! Every stored shape, byte for byte: `tests/data/golden`, one file for each kind. `REWRITE=1` writes them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use studio_credits::account::Account;
use studio_credits::journal::{
    Adjustment, Command, Entry, Fact, Record, ReferredState, RewardCommand, Snapshot, SubscriptionCommand, TeamCommand,
};
use studio_credits::ledger::{Ledger, Purchase, block_on};
use studio_credits::store::MemoryStore;
use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Outcome, Portion, Unit,
};

use super::sheet::{self, Case as _};
use super::tables::Case;
use super::{quoting, words};

/// Everything that can happen, with as little said as possible.
const PLAIN: &str = "\
grant a 100
hold h 10
unknown h 60
extend h 7200
settle h whole
hold i 1 life=1
12:01 charge c 5
hold j 1
release j failed
refund c
grant b 5 until=12:30 renews
charge e 5
12:40 refund e
grant d 5 until=13:00
13:00 freeze
thaw
hold k 1 overage=debt:9
settle k 200
forgive 4
grant f 10 top-up
give g 5
take 1
revoke g
charge-back f
2027-01-01 grant l 10
14:00 repair-mark
hold m 5
settle m delivered:1,failed:1
hold n 1
15:00 settle n 0.5
close";

/// The same with as much said as possible, and names of 100 bytes.
const RICH: &str = "\
2026-01-01T12:00:00.000001Z grant <g> 999999999999990000 kind=<k> from=12:00 until=9999-12-31T23:59:59.999999Z \
priority=-32768 for=<s>,/<t>,*<m>,-<x> cost=0.000000001 unit=credits renews repays once=<ref>
hold <h> 30.000000001 on=<s>/<m> tool=<t> member=<w> cap=1000000000000000000 unit=credits \
overage=debt:1000000000000000000 late=absorb life=2678400
unknown <h> 2678400
extend <h> 2678400
settle <h> 31.5 outcome=cancelled
hold <i> 1 on=<s>/<m> tool=<t> member=<w> overage=absorb life=1
12:01 charge <c> 5.000000001 on=<s>/<m> tool=<t> member=<w> cap=6
settle <i> delivered:1,failed:2,blocked:3,cancelled:4,empty:5
hold <j> 1 on=<s>/<m> tool=<t>
release <j> blocked
refund <c> 2 reason=<why>
grant <b> 5 promotional until=12:30 renews priority=32767 cost=0
charge <e> 5 on=other/model
12:40 refund <e> 4 reason=<why>
grant <d> 5 until=13:00 reward
13:00 freeze reason=<why>
thaw reason=<why>
grant <u> 10 subscription for=<x>
charge <v> 10 on=<x>/y
charge-back <u> reason=<why>
grant <y> 4 top-up spares
give <z> 3 top-up reason=<why> actor=<who>
take 1 reason=<why> actor=<who>
forgive 1 reason=<why> actor=<who>
revoke <y> reason=<why>
2027-01-01 grant <l> 10
14:00 repair-mark reason=<why> actor=<who>
hold <n> 2 on=<s>/<m> tool=<t>
unknown <n> 100000
hold <o> 1 on=<s>/<m> tool=<t> life=1
2026-01-02 grant <p> 1";

/// The largest amount there is, and the smallest.
const EDGES: &str = "\
grant a 999999999999999999.999999999
grant b 0.000000001
hold h 1000000000000000000
settle h 0.000000001
charge c 999999999999999999.999999999
refund c 0.000000001
charge-back a";

const SCRIPTS: [&str; 3] = [PLAIN, RICH, EDGES];

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

/// By the name of its kind, what says the most of each script, and of quotes where it tells of one.
fn by_kind<T: Clone + Serialize>(all: impl Fn(&Case) -> Vec<(String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut kinds: BTreeMap<String, Vec<T>> = BTreeMap::new();
    let tells_of_quote = |value: &T| {
        let text = serde_json::to_string(value).unwrap();
        ["basis", "quoted", "priced"].iter().any(|field| text.contains(&format!("\"{field}\":")))
    };
    let plain = SCRIPTS.map(|script| all(&played(script)));
    let quoted = all(&quoted()).into_iter().filter(|(_, value)| tells_of_quote(value)).collect();
    for values in plain.into_iter().chain([quoted]) {
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

fn fact(fact: &Fact) -> &'static str {
    match fact {
        Fact::Opened { .. } => "opened",
        Fact::Granted { .. } => "granted",
        Fact::Repaid { .. } => "repaid",
        Fact::Held { .. } => "held",
        Fact::Settled { .. } => "settled",
        Fact::Released { .. } => "released",
        Fact::Lapsed { .. } => "lapsed",
        Fact::MarkedUnknown { .. } => "marked-unknown",
        Fact::Extended { .. } => "extended",
        Fact::Charged { .. } => "charged",
        Fact::Refunded { .. } => "refunded",
        Fact::Renewed { .. } => "renewed",
        Fact::Expired { .. } => "expired",
        Fact::Revoked { .. } => "revoked",
        Fact::ChargedBack { .. } => "charged-back",
        Fact::Adjusted { .. } => "adjusted",
        Fact::Frozen { .. } => "frozen",
        Fact::Thawed { .. } => "thawed",
        Fact::Closed { .. } => "closed",
        Fact::MarkRepaired { .. } => "mark-repaired",
        Fact::Allowed { .. } => "allowed",
        Fact::RolledOver { .. } => "rolled-over",
        Fact::Subscribed { .. } => "subscribed",
        Fact::SubscriptionRenewed { .. } => "subscription-renewed",
        Fact::PlanChanged { .. } => "plan-changed",
        Fact::ChangeScheduled { .. } => "change-scheduled",
        Fact::Cancelled { .. } => "cancelled",
        Fact::Resumed { .. } => "resumed",
        Fact::PaymentFailed { .. } => "payment-failed",
        Fact::SubscriptionEnded { .. } => "subscription-ended",
        Fact::ZoneSet { .. } => "zone-set",
        Fact::Joined { .. } => "joined",
        Fact::Limited { .. } => "limited",
        Fact::Left { .. } => "left",
        Fact::RewardPromised { .. } => "reward-promised",
        Fact::Rewarded { .. } => "rewarded",
        Fact::RewardWithdrawn { .. } => "reward-withdrawn",
        Fact::AutoTopUpSet { .. } => "auto-top-up-set",
    }
}

fn command(command: &Command) -> &'static str {
    match command {
        Command::Grant(_) => "grant",
        Command::Hold(_) => "hold",
        Command::Settle { settlement, .. } => match settlement.due() {
            Portion::Whole => "settle-whole",
            Portion::Exactly(_) => "settle-exactly",
            Portion::Items(_) => "settle-items",
            Portion::Priced { .. } => "settle-priced",
        },
        Command::MarkUnknown { .. } => "mark-unknown",
        Command::Extend { .. } => "extend",
        Command::Release { .. } => "release",
        Command::Charge(_) => "charge",
        Command::Refund { .. } => "refund",
        Command::Revoke { .. } => "revoke",
        Command::ChargeBack { .. } => "charge-back",
        Command::Adjust { adjustment: Adjustment::Give(_), .. } => "adjust-give",
        Command::Adjust { adjustment: Adjustment::Take(_), .. } => "adjust-take",
        Command::Adjust { adjustment: Adjustment::Forgive(_), .. } => "adjust-forgive",
        Command::Freeze { .. } => "freeze",
        Command::Thaw { .. } => "thaw",
        Command::Close { .. } => "close",
        Command::RepairMark { .. } => "repair-mark",
        Command::Subscription(SubscriptionCommand::Subscribe { .. }) => "subscribe",
        Command::Subscription(SubscriptionCommand::Renew { .. }) => "renew",
        Command::Subscription(SubscriptionCommand::Upgrade { .. }) => "upgrade",
        Command::Subscription(SubscriptionCommand::Schedule { .. }) => "schedule",
        Command::Subscription(SubscriptionCommand::Cancel { .. }) => "cancel",
        Command::Subscription(SubscriptionCommand::End { .. }) => "end",
        Command::Subscription(SubscriptionCommand::Resume { .. }) => "resume",
        Command::Subscription(SubscriptionCommand::FailPayment { .. }) => "fail-payment",
        Command::BuyTopUp { .. } => "buy-top-up",
        Command::Reward(RewardCommand::Give { .. }) => "reward-give",
        Command::Reward(RewardCommand::Promise { .. }) => "reward-promise",
        Command::Reward(RewardCommand::TakeBack { .. }) => "reward-take-back",
        Command::Team(TeamCommand::Join { .. }) => "team-join",
        Command::Team(TeamCommand::Limit { .. }) => "team-limit",
        Command::Team(TeamCommand::Leave { .. }) => "team-leave",
        Command::SetZone { .. } => "set-zone",
        Command::SetAutoTopUp { .. } => "set-auto-top-up",
    }
}

fn record(record: &Record) -> String {
    match record {
        Record::Receipt(_) => "receipt".to_owned(),
        Record::Charge(charge) => format!("charge-{}", charge.state.as_str()),
        Record::Lot(_) => "lot".to_owned(),
        Record::Reference { .. } => "reference".to_owned(),
        Record::Referred(referred) => match referred.state {
            ReferredState::Pending => "referred-pending".to_owned(),
            ReferredState::Given { .. } => "referred-given".to_owned(),
            ReferredState::Revoked => "referred-revoked".to_owned(),
        },
    }
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
                "count",
                "outputs",
                "duration",
            ];
            assert!(counts.contains(&name) && !number.is_f64(), "{name}: {number}");
        }
        Value::String(text)
            if name.ends_with("_at") || matches!(name, "at" | "mark" | "from") && text.contains('T') =>
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
        entries.map(|entry| (fact(&entry.fact).to_owned(), entry.clone())).collect::<Vec<(String, Entry)>>()
    };
    let mut kinds = by_kind(all);
    kinds.insert("hashed".to_owned(), vec![hashed(&kinds["held"][0])]);
    pinned("entry", 21, &kinds);
}

#[test]
fn records() {
    let all = |case: &Case| case.desk.records.values().map(|it| (record(it), it.clone())).collect();
    pinned("record", 6, &by_kind(all));
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
    pinned("command", 20, &by_kind(all));
}

#[test]
fn snapshots() {
    let new = Account::new(AccountId::new("user-7").unwrap(), Unit::new("credits").unwrap());
    let named = [("plain", PLAIN), ("rich", RICH), ("edges", EDGES)];
    let of = |(name, script): (&str, &str)| (name.to_owned(), vec![played(script).desk.account.snapshot()]);
    let mut kinds: BTreeMap<String, Vec<Snapshot>> = named.map(of).into();
    kinds.insert("empty".to_owned(), vec![new.snapshot()]);
    kinds.insert("quoted".to_owned(), vec![quoted().desk.account.snapshot()]);
    kinds.insert("hashed".to_owned(), vec![hashed(&kinds["plain"][0])]);
    pinned("snapshot", 6, &kinds);
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
