//! Quotes in a ledger: a hold is settled by the edition that it was quoted by, and a retry that quotes anew has the
//! first receipt, byte for byte.

use std::sync::Arc;

use studio_credits::journal::{Charge, Command, Fact, Receipt};
use studio_credits::ledger::{Ledger, LedgerError, Order, Purchase, block_on};
use studio_credits::pricing::{CostEngine, PriceError};
use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Outcome, Portion, SettlementError,
    Terms,
};

use super::catalogue::unit;
use super::script::account;
use super::shelves::Shelves;
use crate::account::quoting::{self, FIRST, book, second};
use crate::account::words::instant;

/// A ledger with 1,000 credits for the usual account.
struct Desk {
    ledger: Ledger<Shelves>,
    id: AccountId,
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn four() -> GenerationRequest {
    GenerationRequest::new("image", "flux").unwrap().with_count(4).unwrap()
}

fn only(text: &str) -> Arc<CostEngine> {
    Arc::new(CostEngine::new(&book(text)).unwrap())
}

impl Desk {
    fn new() -> Self {
        let desk = Self { ledger: Ledger::new(Shelves::default(), unit()), id: account("user-7") };
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(1_000)).unwrap();
        block_on(desk.ledger.grant(&desk.id, &key("a"), grant, instant("12:00").unwrap())).unwrap();
        desk
    }

    fn hold(&self, purchase: impl Into<Purchase>, at: &str) -> Result<Receipt, LedgerError> {
        block_on(self.ledger.hold(&self.id, &key("h"), purchase, instant(at).unwrap()))
    }

    fn charge(&self, purchase: impl Into<Purchase>, at: &str) -> Result<Receipt, LedgerError> {
        block_on(self.ledger.charge(&self.id, &key("c"), purchase, instant(at).unwrap()))
    }

    fn settle(&self, delivery: Delivery, engine: &Arc<CostEngine>, at: &str) -> Result<Receipt, LedgerError> {
        let hold = HoldId::new("h").unwrap();
        block_on(self.ledger.settle(&self.id, &key("s"), hold, delivery, engine, instant(at).unwrap()))
    }

    fn charge_of(&self, hold: &str) -> Charge {
        block_on(self.ledger.charge_of(&self.id, &HoldId::new(hold).unwrap())).unwrap().unwrap()
    }
}

fn bytes(receipt: &Receipt) -> String {
    serde_json::to_string(receipt).unwrap()
}

/// What a settlement was charged, and by what.
fn priced(receipt: &Receipt) -> (String, Vec<String>) {
    let Fact::Settled { settlement, charged, .. } = &receipt.entries[0].fact else { panic!("{receipt:?}") };
    let Portion::Priced { lines, .. } = settlement.due() else { panic!("{receipt:?}") };
    (
        charged.to_string(),
        lines.iter().map(|line| format!("{} {} at {}", line.quantity, line.what, line.rate)).collect(),
    )
}

#[test]
fn a_hold_is_settled_by_the_edition_of_its_quote_whatever_is_newer() {
    let engines = [quoting::engine().clone(), only(FIRST)];
    for engine in engines {
        let desk = Desk::new();
        desk.hold(quoting::purchase(&four(), instant("12:00").unwrap()), "12:00").unwrap();
        let settled = desk.settle(Delivery::outputs(3), &engine, "12:30").unwrap();
        assert_eq!(priced(&settled), ("30".to_owned(), vec!["3 image/flux at 10".to_owned()]));
    }
}

#[test]
fn a_hold_that_lapsed_is_settled_by_the_edition_of_its_quote() {
    // It lapses by the settle itself, or by another command before it.
    for before in [false, true] {
        let desk = Desk::new();
        desk.hold(quoting::purchase(&four(), instant("12:00").unwrap()), "12:00").unwrap();
        if before {
            let grant = Grant::new(GrantKind::TopUp, Credits::from_whole(5)).unwrap();
            block_on(desk.ledger.grant(&desk.id, &key("b"), grant, instant("2026-01-02").unwrap())).unwrap();
        }
        let settled = desk.settle(Delivery::outputs(3), quoting::engine(), "2026-01-02T12:00:00Z").unwrap();
        assert_eq!(priced(&settled), ("30".to_owned(), vec!["3 image/flux at 10".to_owned()]));
        let charge = desk.charge_of("h");
        let basis = charge.basis.as_ref().unwrap();
        assert_eq!((basis.edition(), basis.request(), charge.settled), ("first", &four(), Credits::from_whole(30)));
    }
}

#[test]
fn an_engine_without_the_edition_changes_nothing_and_says_what_it_has() {
    let other = FIRST.replace("free = 10", "free = 11");
    let renamed = FIRST.replace("name = \"acme\"", "name = \"acem\"");
    let table = [
        (only(&second()), "the edition of the quote is `first`, and the engine has `second`"),
        (only(&renamed), "the book of the quote is `acme`, and the engine has `acem`"),
    ];
    let desk = Desk::new();
    desk.hold(quoting::purchase(&four(), instant("12:00").unwrap()), "12:00").unwrap();
    let before = desk.ledger.store().kept();
    for (engine, text) in table {
        let error = desk.settle(Delivery::all(), &engine, "12:30").unwrap_err();
        assert!(matches!(error, LedgerError::Price(PriceError::OtherBasis(_))), "{error:?}");
        assert_eq!(error.to_string(), text);
        assert_eq!(desk.ledger.store().kept(), before);
    }
    let error = desk.settle(Delivery::all(), &only(&other), "12:30").unwrap_err().to_string();
    assert!(error.starts_with("the checksum of the quote is `"), "{error}");
    assert_eq!(desk.ledger.store().kept(), before);
    desk.settle(Delivery::all(), &only(FIRST), "12:30").unwrap();
}

#[test]
fn nobody_knows_how_the_work_ended() {
    let desk = Desk::new();
    desk.hold(quoting::purchase(&four(), instant("12:00").unwrap()), "12:00").unwrap();
    let error = desk.settle(Delivery::ended(Outcome::Unknown), quoting::engine(), "12:30").unwrap_err();
    assert!(matches!(error, LedgerError::Settlement(SettlementError::Unknown)), "{error:?}");
    let order = Order::settle(HoldId::new("h").unwrap(), Delivery::ended(Outcome::Unknown), quoting::engine());
    let text = "work with an unknown outcome is not settled: mark its hold as unknown instead";
    assert_eq!(order.unwrap_err().to_string(), text);
}

#[test]
fn a_retry_that_quotes_anew_has_the_first_receipt() {
    let desk = Desk::new();
    let at = |text| instant(text).unwrap();
    let first = quoting::purchase(&four(), at("12:00"));
    let (held, charged) = (desk.hold(first.clone(), "12:00").unwrap(), desk.charge(first, "12:00").unwrap());
    let pro = four().with_fact("plan", "pro").unwrap();
    let cheaper = only(&FIRST.replace("free = 10", "free = 9"));
    let again = [
        ("at once", quoting::purchase(&four(), at("12:00")), "12:00"),
        ("quoted later", quoting::purchase(&four(), at("12:10")), "12:10"),
        ("asked later than it holds", quoting::purchase(&four(), at("12:00")), "13:00"),
        ("with other facts", quoting::purchase(&pro, at("12:00")), "12:01"),
        ("by another edition", quoting::purchase(&four(), at("2026-01-02")), "2026-01-02"),
        ("by another book of that name", Purchase::new(&cheaper.quote(&four(), at("12:00")).unwrap()), "12:00"),
        ("long before", quoting::purchase(&four(), at("2025-01-01")), "2025-01-01"),
    ];
    let kept = desk.ledger.store().kept();
    for (how, purchase, at) in again {
        assert_eq!(bytes(&desk.hold(purchase.clone(), at).unwrap()), bytes(&held), "{how}");
        assert_eq!(bytes(&desk.charge(purchase, at).unwrap()), bytes(&charged), "{how}");
    }
    assert_eq!(desk.ledger.store().kept(), kept);
}

#[test]
fn a_delivery_that_is_told_again_has_the_first_receipt() {
    let desk = Desk::new();
    desk.hold(quoting::purchase(&four(), instant("12:00").unwrap()), "12:00").unwrap();
    let settled = desk.settle(Delivery::outputs(3), quoting::engine(), "12:30").unwrap();
    for engine in [quoting::engine(), &only(FIRST), &only(&second())] {
        for at in ["12:00", "12:30", "2026-01-03", "2024-01-03"] {
            let again = desk.settle(Delivery::outputs(3), engine, at).unwrap();
            assert_eq!(bytes(&again), bytes(&settled), "{at}");
        }
    }
}

#[test]
fn a_retry_that_asks_for_something_else_is_refused_and_told_what() {
    let desk = Desk::new();
    let at = instant("12:00").unwrap();
    let purchase = |request: &GenerationRequest| quoting::purchase(request, at);
    desk.hold(purchase(&four()), "12:00").unwrap();
    let five = GenerationRequest::new("image", "flux").unwrap().with_count(5).unwrap();
    let absorb = Terms::default().with_overage(studio_credits::Overage::Absorb).unwrap();
    #[rustfmt::skip]
    let table = [
        (purchase(&five), "the count differs: `4` then, `5` now"),
        (purchase(&four().with_setting("resolution", "2k").unwrap()),
            "what is set differs: none then, `resolution = 2k` now"),
        (purchase(&four()).with_amount_max(Credits::from_whole(90)), "the cap differs: none then, `90` now"),
        (purchase(&four()).by("ada".parse().unwrap()), "the member differs: none then, `ada` now"),
        (purchase(&four()).with_terms(absorb), "the overage differs: none then, `absorb` now"),
    ];
    for (purchase, text) in table {
        let error = desk.hold(purchase, "12:00").unwrap_err().to_string();
        assert_eq!(error, format!("key `h` was used before, and {text}"));
    }
}

#[test]
fn what_a_quote_cannot_be_held_for() {
    let desk = Desk::new();
    let guess = GenerationRequest::new("image", "guess").unwrap();
    let purchase = quoting::purchase(&guess, instant("12:00").unwrap());
    let error = desk.hold(purchase.clone(), "12:00").unwrap_err();
    assert!(matches!(error, LedgerError::NoMaximum { .. }), "{error:?}");
    assert_eq!(error.to_string(), "5 is no more than an estimate: a hold for it needs a cap");
    let error = desk.hold(purchase.with_amount_max(Credits::from_whole(-1)), "12:00").unwrap_err();
    assert!(matches!(error, LedgerError::Spend(_)), "{error:?}");
    assert_eq!(error.to_string(), "-1 is below 0: it cannot be spent, nor be a cap");
    assert_eq!(desk.ledger.store().seq(&desk.id), 2, "the account was opened, and given something");
}

#[test]
fn a_command_and_its_call_are_the_same() {
    let (called, commanded) = (Desk::new(), Desk::new());
    let (now, purchase) = (instant("12:00").unwrap(), quoting::purchase(&four(), instant("12:00").unwrap()));
    let by_call = called.hold(purchase.clone(), "12:00").unwrap();
    let command = Command::Hold(purchase.to_hold().unwrap());
    let by_command = block_on(commanded.ledger.run(&commanded.id, &key("h"), command, now)).unwrap();
    assert_eq!(bytes(&by_call), bytes(&by_command));
    let by_call = called.settle(Delivery::outputs(3), quoting::engine(), "12:00").unwrap();
    let order = Order::settle(HoldId::new("h").unwrap(), Delivery::outputs(3), quoting::engine()).unwrap();
    let by_command = block_on(commanded.ledger.run(&commanded.id, &key("s"), order, now)).unwrap();
    assert_eq!(bytes(&by_call), bytes(&by_command));
    assert_eq!(called.ledger.store().kept(), commanded.ledger.store().kept());
}
