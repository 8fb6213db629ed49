//! Names that are taken for one another.

use super::super::plain::{Flaw, SOUND};
use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("it folds the case of accounts", Flaw { account: str::to_lowercase, ..SOUND }, &["names_of_accounts"]),
    (
        "it folds the case of records",
        Flaw { record: |account, name| in_account(account, &name.to_lowercase()), ..SOUND },
        &["names_of_records"],
    ),
    ("it folds white space in accounts", Flaw { account: one_space, ..SOUND }, &["names_of_accounts"]),
    (
        "it folds white space in records",
        Flaw { record: |account, name| in_account(account, &one_space(name)), ..SOUND },
        &["names_of_records"],
    ),
    (
        "it trims what is not seen",
        Flaw { account: |name| name.trim_matches(['\u{200b}', '\u{feff}']).to_owned(), ..SOUND },
        &["names_of_accounts"],
    ),
    (
        "it takes names for numbers",
        Flaw { account: |name| name.parse::<f64>().map_or(name.to_owned(), |number| number.to_string()), ..SOUND },
        &["names_of_accounts"],
    ),
    (
        "it composes letters",
        Flaw { account: |name| name.replace("e\u{301}", "\u{e9}").replace('\u{212b}', "\u{c5}"), ..SOUND },
        &["names_of_accounts"],
    ),
    (
        "it has two bytes for a letter",
        Flaw { account: |name| name.replace(|c| c > '\u{ffff}', "\u{fffd}"), ..SOUND },
        &["names_of_accounts"],
    ),
    (
        "it drops quotes",
        Flaw { record: |account, name| in_account(account, &name.replace('\'', "")), ..SOUND },
        &["names_of_records"],
    ),
    (
        "it takes names for patterns",
        Flaw { account: |name| name.replace(['%', '_', '*', '?'], "-"), ..SOUND },
        &["names_of_accounts"],
    ),
    ("it cuts accounts", Flaw { account: |name| name.chars().take(99).collect(), ..SOUND }, &["names_of_accounts"]),
    (
        "it cuts records",
        Flaw { record: |account, name| in_account(account, &name.chars().take(100).collect::<String>()), ..SOUND },
        &["names_of_records"],
    ),
    (
        "it forgets the account of records",
        Flaw { record: |_, name| name.to_owned(), ..SOUND },
        &["key_of_two_accounts", "records_of_the_account"],
    ),
    (
        "it forgets the kind of records",
        Flaw { record: |account, name| in_account(account, name.split_once('/').unwrap().1), ..SOUND },
        &["names_of_records"],
    ),
];

fn in_account(account: &str, name: &str) -> String {
    format!("{account}\n{name}")
}

fn one_space(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
