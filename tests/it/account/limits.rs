//! Every bound of an account, reached, and what is said beyond it.

use chrono::{DateTime, Utc};
use studio_credits::account::Limit;
use studio_credits::journal::Fact;

use super::desk::{Desk, Done};
use super::words;

/// An account that is asked for many things at noon.
struct Crowd(Desk);

impl Crowd {
    fn new() -> Self {
        Self(Desk::new())
    }

    fn ask(&mut self, row: &str) -> Result<Done, String> {
        self.ask_at("12:00", row)
    }

    fn ask_at(&mut self, at: &str, row: &str) -> Result<Done, String> {
        let now: DateTime<Utc> = words::instant(at).unwrap();
        let (key, command) = words::command(row, &format!("row-{}", self.0.account.seq())).unwrap();
        self.0.decide(&key, &command, now).map_err(|error| error.to_string())
    }

    fn all(&mut self, count: usize, row: impl Fn(usize) -> String) {
        for at in 0..count {
            self.ask(&row(at)).unwrap();
        }
    }

    #[track_caller]
    fn refuses(&mut self, row: &str, text: &str) {
        assert_eq!(self.ask(row).unwrap_err(), text, "{row}");
    }
}

#[test]
fn grants_with_something_left() {
    let mut crowd = Crowd::new();
    crowd.all(1_023, |at| format!("grant g{at} 1 for=image"));
    crowd.ask("grant last 1 for=video").unwrap();
    let text = "1025 grants with something left are too many: an account has at most 1024";
    crowd.refuses("grant more 1", text);
    crowd.refuses("give more 1", text);
    // What is held is left, what is spent is not.
    crowd.ask("hold h 1").unwrap();
    crowd.refuses("grant more 1", text);
    crowd.ask("settle h whole").unwrap();
    crowd.ask("grant more 1").unwrap();
    crowd.refuses("refund h", text);
    crowd.ask("revoke more").unwrap();
    crowd.ask("refund h").unwrap();
    crowd.refuses("grant again 1", text);
    crowd.0.check();
}

#[test]
fn grants_that_one_refund_brings() {
    let mut crowd = Crowd::new();
    crowd.all(2, |at| format!("grant over{at} 1 until=12:30 renews"));
    crowd.ask("charge c 2").unwrap();
    crowd.all(1_023, |at| format!("grant g{at} 1"));
    let text = "1025 grants with something left are too many: an account has at most 1024";
    assert_eq!(crowd.ask_at("13:00", "refund c").unwrap_err(), text, "two are renewed, and there is room for one");
    crowd.ask_at("13:00", "revoke g0").unwrap();
    crowd.ask_at("13:00", "refund c").unwrap();
    assert_eq!(crowd.0.account.lots().count(), 1_024);
    crowd.0.check();
}

#[test]
fn open_holds() {
    let mut crowd = Crowd::new();
    crowd.ask("grant g 2000").unwrap();
    crowd.all(1_024, |at| format!("hold h{at} 1"));
    crowd.refuses("hold more 1", "1025 open holds are too many: an account has at most 1024");
    crowd.ask("charge more 1").unwrap();
    crowd.ask("release h0 failed").unwrap();
    crowd.ask("hold again 1").unwrap();
    // Those that have lapsed make room, in the very command that notices.
    let Done::Wrote(entries, _) = crowd.ask_at("13:00", "hold later 1").unwrap() else { panic!() };
    assert_eq!(entries.len(), 1_025);
    crowd.0.check();
}

#[test]
fn parts_of_open_holds() {
    let mut crowd = Crowd::new();
    crowd.all(1_024, |at| format!("grant g{at} 5 for=*m{at},*all"));
    crowd.all(1_024, |at| format!("charge c{at} 4 on=image/m{at}"));
    for hold in 0..4 {
        crowd.ask(&format!("hold h{hold} 1024 on=image/all")).unwrap();
        crowd.all(1_024, |at| format!("refund c{at} 1 key=r{hold}/{at}"));
    }
    crowd.refuses("hold more 1024 on=image/all", "5120 parts of open holds are too many: an account has at most 4096");
    crowd.refuses("hold more 1 on=image/all", "4097 parts of open holds are too many: an account has at most 4096");
    crowd.ask("release h0 failed").unwrap();
    crowd.ask("hold more 2048 on=image/all").unwrap();
    crowd.0.check();
}

#[test]
fn debts() {
    let mut crowd = Crowd::new();
    crowd.ask("grant g 257").unwrap();
    crowd.all(257, |at| format!("hold h{at} 1 overage=debt:1000"));
    crowd.all(256, |at| format!("settle h{at} 2"));
    assert_eq!(crowd.0.account.debts().len(), 256);
    crowd.refuses("charge-back g", "257 debts are too many: an account has at most 256");
    // Settling never fails: what there is no room to owe is absorbed.
    crowd.ask("settle h256 2").unwrap();
    assert_eq!(crowd.0.account.totals().absorbed.to_string(), "1");
    crowd.ask("forgive 1").unwrap();
    crowd.ask("charge-back g").unwrap();
    assert_eq!(crowd.0.account.debts().len(), 256);
    crowd.0.check();
}

#[test]
fn entries_of_one_command() {
    let mut crowd = Crowd::new();
    crowd.all(1_024, |at| format!("grant g{at} 3 for=*m{at},*all until=13:00 renews"));
    crowd.all(1_024, |at| format!("hold h{at} 2 on=image/m{at} life=1800"));
    crowd.ask("charge c 1024 on=image/all").unwrap();
    let Done::Wrote(entries, _) = crowd.ask_at("14:00", "refund c").unwrap() else { panic!() };
    let renewed = entries.iter().filter(|entry| matches!(entry.fact, Fact::Renewed { .. })).count();
    assert_eq!((renewed, entries.len()), (1_024, 1_024 * 3 + 1));
    assert!(entries.len() <= Limit::ENTRIES);
    crowd.0.check();
}

#[test]
fn a_flood_of_tiny_grants() {
    let mut crowd = Crowd::new();
    crowd.all(1_024, |at| format!("grant g{at} 0.000000001"));
    let now = words::instant("12:00").unwrap();
    let (_, command) = words::command("grant g 0.000000001", "g").unwrap();
    for at in 1_024..20_000 {
        let key = format!("g{at}").parse().unwrap();
        assert!(crowd.0.decide(&key, &command, now).is_err());
    }
    assert_eq!(crowd.0.account.totals().available.to_string(), "0.000001024");
}
