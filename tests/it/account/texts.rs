//! Every refusal as a person reads it.

mod plans;

use std::collections::BTreeSet;
use std::error::Error;

use studio_credits::account::{DecideError, Declined, Lifts, Limit};
use studio_credits::journal::{ChargeState, Command, Ended, RecordName, Status};
use studio_credits::{
    Credits, Grant, GrantError, GrantKind, IdError, Key, Life, Outcome, Overage, Settlement, SettlementError,
    SpendError, Terms, Unit,
};

use super::words::{self, instant};

fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

/// Complete: a new refusal breaks this, and needs a row below.
fn kind(declined: &Declined) -> usize {
    match declined {
        Declined::Already { .. } => 0,
        Declined::Closed => 1,
        Declined::Frozen => 2,
        Declined::GrantEnded { .. } => 3,
        Declined::GrantOver { .. } => 4,
        Declined::HoldResolved { .. } => 5,
        Declined::HoldTooLong { .. } => 6,
        Declined::HoldsOpen { .. } => 7,
        Declined::Insufficient { .. } => 8,
        Declined::KeyReused { .. } => 9,
        Declined::Limit { .. } => 10,
        Declined::MarkSound { .. } => 11,
        Declined::NothingCharged { .. } => 12,
        Declined::NotPositive { .. } => 13,
        Declined::OtherUnit { .. } => 14,
        Declined::OutcomeUnknown { .. } => 15,
        Declined::OutOfRange { .. } => 16,
        Declined::OverCap { .. } => 17,
        Declined::ReferenceUsed { .. } => 18,
        Declined::RefundTooMuch { .. } => 19,
        Declined::TimeBehind { .. } => 20,
        Declined::TimeOutOfRange { .. } => 21,
        Declined::TooMuch { .. } => 22,
        Declined::UnknownCharge { .. } => 23,
        Declined::UnknownGrant { .. } => 24,
        Declined::UnknownHold { .. } => 25,
        Declined::NotQuoted { .. } => 26,
        Declined::QuoteOver { .. } => 27,
        Declined::Forgotten { .. } => 28,
        // Those that plans bring have their rows in a table of their own.
        Declined::Grant(_)
        | Declined::NoAutoTopUp { .. }
        | Declined::NoTopUp { .. }
        | Declined::NotEntitled { .. }
        | Declined::NotOnSale { .. }
        | Declined::OverLimit { .. }
        | Declined::Reward(_)
        | Declined::Subscription(_)
        | Declined::Team(_)
        | Declined::TooManyHolds { .. }
        | Declined::TooManyOutputs { .. } => 29,
    }
}

#[test]
fn a_declined_command_is_told_with_its_numbers() {
    let (noon, one) = (instant("12:00").unwrap(), instant("13:00").unwrap());
    let (grant, hold) = (|| "invoice-9".parse().unwrap(), || "job-41".parse().unwrap());
    let key = || Key::new("job-41").unwrap();
    let unit = |name| Unit::new(name).unwrap();
    let asked = |row| words::command(row, "row").unwrap().1;
    let differ = |first, now| asked(first).difference(&asked(now)).unwrap();
    let resolved = |state| Declined::HoldResolved { hold: hold(), state, resolved_at: noon };
    let limit = |limit: Limit| Declined::Limit { limit, wanted: limit.max() + 1 };
    #[rustfmt::skip]
    let table = [
        (Declined::Already { account_status: Status::Open },   "the account is open already"),
        (Declined::Already { account_status: Status::Frozen }, "the account is frozen already"),
        (Declined::Already { account_status: Status::Closed }, "the account is closed already"),
        (Declined::Closed,                                 "the account is closed: it takes no command any more"),
        (Declined::Forgotten { key: key() },
            "what key `job-41` made before is still there, and its receipt is gone"),
        (Declined::Frozen,                                 "the account is frozen: nothing new is held or charged"),
        (Declined::GrantEnded { grant: grant(), ended: Ended::Revoked },     "grant `invoice-9` was revoked before"),
        (Declined::GrantEnded { grant: grant(), ended: Ended::ChargedBack },
            "grant `invoice-9` was charged back before"),
        (Declined::GrantOver { expires_at: noon, at: one },
            "the grant expires at 2026-01-01T12:00:00Z, and it is 2026-01-01T13:00:00Z now"),
        (resolved(ChargeState::Settled),                   "hold `job-41` was settled at 2026-01-01T12:00:00Z"),
        (resolved(ChargeState::Released),                  "hold `job-41` was released at 2026-01-01T12:00:00Z"),
        (resolved(ChargeState::Lapsed),                    "hold `job-41` lapsed at 2026-01-01T12:00:00Z"),
        (Declined::HoldTooLong { hold: hold(), lapses_at: one, latest: noon },
            "hold `job-41` would last until 2026-01-01T13:00:00Z: 2026-01-01T12:00:00Z is the latest"),
        (Declined::HoldsOpen { holds: 2, held: credits("40.5") },
            "open holds are 2, with 40.5 set aside: an account is closed without any"),
        (Declined::Insufficient {
            required: credits("30"), available: credits("17.5"), held: credits("5"), shortfall: credits("12.5"),
            elsewhere: credits("1"), upcoming: credits("2"), next: None, refill: None, lifts: Lifts::default(),
        }, "30 required and 17.5 available for this work: 12.5 missing"),
        (Declined::KeyReused { key: key(), difference: differ("hold h 30", "hold h 31") },
            "key `job-41` was used before, and the amount differs: `30` then, `31` now"),
        (Declined::KeyReused { key: key(), difference: differ("hold h 30", "hold h 30 cap=40") },
            "key `job-41` was used before, and the cap differs: none then, `40` now"),
        (limit(Limit::Lots),  "1025 grants with something left are too many: an account has at most 1024"),
        (limit(Limit::Holds), "1025 open holds are too many: an account has at most 1024"),
        (limit(Limit::Parts), "4097 parts of open holds are too many: an account has at most 4096"),
        (limit(Limit::Debts), "257 debts are too many: an account has at most 256"),
        (Declined::MarkSound { now: one, mark: noon },
            "the time mark is 2026-01-01T12:00:00Z, and it is 2026-01-01T13:00:00Z now: it is not ahead"),
        (Declined::NothingCharged { charge: hold() },
            "nothing of `job-41` was charged: there is nothing to refund"),
        (Declined::NotPositive { amount: credits("-5") },  "-5 is no amount to move: one above 0 is"),
        (Declined::NotQuoted { hold: hold() },
            "hold `job-41` was made without a quote: settle it by an amount or by items"),
        (Declined::QuoteOver { valid_until: noon, at: one },
            "the quote held until 2026-01-01T12:00:00Z, and it is 2026-01-01T13:00:00Z now"),
        (Declined::OtherUnit { account: unit("credits"), unit: unit("USD") },
            "the amount is in `USD`, and the account in `credits`"),
        (Declined::OutcomeUnknown { hold: hold() },
            "the outcome of `job-41` is unknown: mark it so, and release or settle it once it is known"),
        (Declined::OutOfRange { amount: credits("1") },
            "with 1 more, the account would be beyond the largest amount"),
        (Declined::OverCap { amount: credits("31"), max: credits("30") }, "31 required, and the cap is 30"),
        (Declined::ReferenceUsed { reference: "invoice 9".parse().unwrap(), key: key() },
            "`invoice 9` was used before, under key `job-41`"),
        (Declined::RefundTooMuch {
            charge: hold(), amount: credits("21"), settled: credits("30"), refunded: credits("10"),
            forgiven: credits("2"), left: credits("18"),
        }, "21 cannot be refunded of `job-41`: 30 charged, 10 refunded, 2 forgiven, 18 left"),
        (Declined::TimeBehind { now: noon, mark: one },
            "it is 2026-01-01T12:00:00Z by the caller, and the account has seen 2026-01-01T13:00:00Z: \
             clocks may differ by 5 minutes"),
        (Declined::TimeOutOfRange { year: -4 },            "year -4 is out of range: 1970 to 9999 are allowed"),
        (Declined::TooMuch { amount: credits("7"), most: credits("6"), what: "what is available" },
            "7 is more than what is available, 6"),
        (Declined::UnknownCharge { charge: hold() },       "there is no charge `job-41`"),
        (Declined::UnknownGrant { grant: grant() },        "there is no grant `invoice-9`"),
        (Declined::UnknownHold { hold: hold() },           "there is no hold `job-41`"),
    ];
    let kinds: BTreeSet<_> = table.iter().map(|(declined, _)| kind(declined)).collect();
    assert!(kinds.into_iter().eq(0..29), "a refusal has no row");
    for (declined, text) in table {
        reads(&declined, text);
        stands_beside_a_problem(&declined);
        reads(&DecideError::from(declined), text);
    }
}

#[test]
fn what_cannot_be_made_is_told() {
    let noon = instant("12:00").unwrap();
    let grant = || Grant::new(GrantKind::Free, credits("1")).unwrap();
    let names =
        (0..65).fold(studio_credits::Restriction::default(), |it, at| it.to_model(format!("m{at}").parse().unwrap()));
    let debt = |max| Terms::default().with_overage(Overage::Debt { max });
    let items = |items: &[(Outcome, u64)]| Settlement::items(items.iter().copied());
    let one = credits("1");
    #[rustfmt::skip]
    let table: [(Box<dyn Error>, &str); 13] = [
        (Box::new(Grant::new(GrantKind::Free, credits("-0.5")).unwrap_err()),
            "a grant of -0.5 is none: an amount above 0 is granted"),
        (Box::new(grant().with_expiry(noon).unwrap().with_effect(noon).unwrap_err()),
            "the grant expires at 2026-01-01T12:00:00Z, and is effective from 2026-01-01T12:00:00Z only"),
        (Box::new(grant().with_restriction(names).unwrap_err()),
            "the restriction names 65 studios, tools and models: at most 64 are allowed"),
        (Box::new(grant().with_effect("-0001-01-01T00:00:00Z".parse().unwrap()).unwrap_err()),
            "year -1 is out of range: 1970 to 9999 are allowed"),
        (Box::new(Life::seconds(0).unwrap_err()), "a life of 0 s is none: 1 to 2678400 s are allowed"),
        (Box::new(debt(Credits::ZERO).unwrap_err()), "0 is no debt: the most that may be owed is above 0"),
        (Box::new(words::spend("1").with_amount_max(credits("-1")).unwrap_err()),
            "-1 is below 0: it cannot be spent, nor be a cap"),
        (Box::new(items(&[]).unwrap_err()), "0 items: 1 to 1000000 are settled, each outcome named once"),
        (Box::new(items(&[(Outcome::Unknown, 1)]).unwrap_err()),
            "work with an unknown outcome is not settled: mark its hold as unknown instead"),
        (Box::new(Settlement::exactly(credits("-1")).unwrap_err()), "-1 cannot be due: an amount of 0 or more can"),
        (Box::new(Settlement::whole().with_outcome(Outcome::Unknown).unwrap_err()),
            "work with an unknown outcome is not settled: mark its hold as unknown instead"),
        (Box::new(Key::new("~renewed/3").unwrap_err()),
            "key `~renewed/3` begins with `~`: such names are not the caller's to give"),
        (Box::new(DecideError::Unknown { name: RecordName::Receipt(Key::new("job-41").unwrap()) }),
            "record `receipt/job-41` was not looked up: a command is decided on with all that it needs"),
    ];
    for (error, text) in table {
        reads(error.as_ref(), text);
    }
    assert!(matches!(
        Grant::new(GrantKind::Free, Credits::ZERO),
        Err(GrantError::NotPositive { amount: Credits::ZERO })
    ));
    assert!(matches!(debt(credits("-1")), Err(SpendError::NotPositive { .. })));
    assert!(matches!(Settlement::items([(Outcome::Failed, 0)]), Err(SettlementError::Items { count: 0 })));
    assert!(matches!(Key::new("~"), Err(IdError::Reserved { kind: "key", .. })));
    assert_eq!(debt(one).unwrap().overage(), Overage::Debt { max: one });
}

#[test]
fn a_command_is_decided_on_with_all_that_it_needs() {
    let mut desk = super::desk::Desk::new();
    let now = instant("12:00").unwrap();
    for row in ["grant a 30", "charge c 30"] {
        let (key, command) = words::command(row, "row").unwrap();
        desk.ask(&key, &command, now).unwrap();
    }
    let (key, command) = words::command("refund c", "r").unwrap();
    let mut records = studio_credits::account::Records::default();
    let mut asked = Vec::new();
    loop {
        let refusal = desk.account.decide(&records, &key, &command, now);
        let Err(DecideError::Unknown { name }) = refusal else { break };
        asked.push(name.to_string());
        let record = desk.records.get(&name).cloned();
        records.set(name, record);
    }
    assert_eq!(asked, ["receipt/r", "charge/c", "lot/a"]);
    assert!(matches!(command, Command::Refund { .. }));
}

/// An exact text, in the form that all of them have: lower case, no full stop, and no name of a type.
#[track_caller]
fn reads(error: &(impl Error + ?Sized), text: &str) {
    assert_eq!(error.to_string(), text);
    let quoted = text.split('`').step_by(2).collect::<String>();
    assert!(!text.starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
    assert!(!quoted.split_whitespace().any(|word| word.starts_with(|c: char| c.is_ascii_uppercase())), "{text}");
}

/// Whether the fields of a refusal can stand in a problem document of RFC 9457, beside its own members.
fn stands_beside_a_problem(declined: &Declined) {
    let own = ["type", "title", "status", "detail", "instance"];
    let mut parts = vec![serde_json::to_value(declined).unwrap()];
    while let Some(part) = parts.pop() {
        for (name, field) in part.as_object().into_iter().flatten() {
            assert!(!own.contains(&name.as_str()), "`{name}` of `{declined}` is a member of every problem");
            parts.push(field.clone());
        }
    }
}
