//! Names of one account mean nothing in another: they are answered there as names that nobody ever used.

use studio_credits::ledger::{Ledger, block_on};

use super::catalogue::unit;
use super::client::{played, ready, told};
use super::script::{Call, Reader, Told, account};
use super::shelves::Shelves;

/// An account with something of everything, and another with something else.
fn shelves() -> Shelves {
    let shelves = Shelves::default();
    let ours = [
        "grant grant-of-a 100 once=invoice-9",
        "hold hold-of-a 10",
        "hold quoted-of-a quoted on=image/flux",
        "charge charge-of-a 10",
        "hold settled-of-a 10",
        "settle settled-of-a whole key=key-of-a",
        "grant spent-of-a 20 priority=-9",
        "charge other-of-a 20",
    ];
    played(&shelves, &ours);
    played(&shelves, &["@b grant own 50", "@b hold mine 5", "@b charge paid 5"]);
    shelves
}

/// What is answered to a row of account `b`, with one name in it; and what is kept then.
fn answer(row: &str, name: &str) -> String {
    let shelves = shelves();
    let call: Call = Reader::default().call(&row.replace("NAME", name)).unwrap();
    let theirs = shelves.kept()[&account("user-7")].clone();
    let answer = told(ready(call.of(&Ledger::new(&shelves, unit()))));
    assert_eq!(shelves.kept()[&account("user-7")], theirs, "`{row}` of one account changes another");
    let answer = match answer {
        Ok(Told::Done(receipt)) => serde_json::to_string(&receipt).unwrap(),
        Ok(Told::Balance(balance)) => format!("{balance:?}"),
        Err(error) => error,
    };
    answer.replace(name, "NAME")
}

#[test]
fn ids_of_another_account_are_as_good_as_none() {
    let ids = ["grant-of-a", "hold-of-a", "quoted-of-a", "charge-of-a", "settled-of-a", "spent-of-a", "key-of-a"];
    let rows = [
        "@b settle NAME whole",
        "@b settle NAME 3",
        "@b deliver NAME outputs=1",
        "@b unknown NAME 60",
        "@b extend NAME 60",
        "@b release NAME failed",
        "@b refund NAME",
        "@b refund NAME 3",
        "@b revoke NAME",
        "@b charge-back NAME",
        "@b grant g 5 once=NAME",
    ];
    for row in rows {
        let random = answer(row, "2f6c0d1e");
        for id in ids {
            assert_eq!(answer(row, id), random, "{row}, {id}");
        }
    }
}

#[test]
fn keys_of_another_account_are_new() {
    let rows = [
        "@b grant NAME 5",
        "@b grant NAME 5 once=invoice-9",
        "@b hold NAME 5",
        "@b hold NAME quoted on=image/flux",
        "@b charge NAME 5",
        "@b give NAME 5",
        "@b settle mine whole key=NAME",
        "@b deliver mine key=NAME",
        "@b unknown mine 60 key=NAME",
        "@b extend mine 60 key=NAME",
        "@b release mine failed key=NAME",
        "@b refund paid key=NAME",
        "@b revoke own key=NAME",
        "@b charge-back own key=NAME",
        "@b take 5 key=NAME",
        "@b forgive 5 key=NAME",
        "@b freeze key=NAME",
        "@b thaw key=NAME",
        "@b close key=NAME",
        "@b repair-mark key=NAME",
    ];
    for row in rows {
        let random = answer(row, "2f6c0d1e");
        for key in ["grant-of-a", "hold-of-a", "charge-of-a", "key-of-a"] {
            assert_eq!(answer(row, key), random, "{row}, {key}");
        }
    }
}

#[test]
fn looking_finds_what_is_of_the_account_alone() {
    let shelves = shelves();
    let (ledger, b) = (Ledger::new(&shelves, unit()), account("b"));
    block_on(async {
        assert_eq!(ledger.receipt(&b, &"key-of-a".parse().unwrap()).await.unwrap(), None);
        assert_eq!(ledger.charge_of(&b, &"charge-of-a".parse().unwrap()).await.unwrap(), None);
        assert!(ledger.account(&b).await.unwrap().lots().all(|lot| lot.id.as_str() == "own"));
        assert!(ledger.entries(&b, 0, 100).await.unwrap().iter().all(|entry| entry.account == b));
        assert_eq!(ledger.entries(&account("nobody"), 0, 100).await.unwrap(), []);
        assert_eq!(ledger.account(&account("nobody")).await.unwrap().seq(), 0);
    });
}
