//! Each rule can fail, and says what is wrong and where.

use super::source::Source;
use super::{Rule, absences, dependencies, depth, growth, leftovers, machine_paths, name, order, size, width};

#[test]
fn each_rule_can_fail() {
    let long = "\n".repeat(401);
    let wide = "x".repeat(121);
    let manifest = "[dependencies]\nserde = \"1\"\nrand = { optional = true }\n[features]\ndefault = []";
    #[rustfmt::skip]
    let cases: &[(Rule, &str, &str, &str)] = &[
        (order, "src/pricing/rule.rs", "use crate::account::Lot;", "src/pricing/rule.rs:1: `pricing` names `account`, which does not stand below it"),
        (order, "src/grant.rs", "\nuse super::{ids::Studio, journal::*};", "src/grant.rs:2: `grant` names `journal`, which does not stand below it"),
        (order, "src/plan/limit.rs", "fn f(_: super::super::store::Head) {}", "src/plan/limit.rs:1: `plan` names `store`, which does not stand below it"),
        (order, "src/ids.rs", "use crate::{\n    diagnostic::{self, nearest},\n    credits::Credits,\n};", "src/ids.rs:3: `ids` names `credits`, which does not stand below it"),
        (order, "src/store.rs", "mod tests { use super::*; use super::super::pricing::Rule; }", "src/store.rs:1: `store` names `pricing`, which does not stand below it"),
        (order, "src/store/memory.rs", "use crate::account::Account;", "src/store/memory.rs:1: `store` names `account`, which does not stand below it"),
        (order, "src/store/conformance/trial.rs", "use crate::{account::Account, store::Head, pricing::Quote};", "src/store/conformance/trial.rs:1: `store/conformance` names `pricing`, which does not stand below it"),
        (order, "src/value.rs", "use crate::Credits;", "src/value.rs:1: `crate::Credits` is no module: name it by its module"),
        (order, "src/tax.rs", "", "src/tax.rs: `tax` has no row in the table of modules"),
        (order, "src/account/lot.rs", "mod tests { use super::super::hold::Hold; }\nuse crate::journal::Entry;", ""),
        (order, "src/ids.rs", "// crate::ledger\n/* crate::ledger */ const A: &[&str] = &[\"\\\"crate::ledger\", r#\"crate::ledger\"#, '\"'];", ""),
        (order, "src/lib.rs", "pub use crate::ledger::Ledger;", ""),
        (size, "src/ids.rs", &long, "src/ids.rs:401: the file is longer than 400 lines"),
        (size, "src/books/big.toml", &long, ""),
        (name, "src/utils.rs", "", "src/utils.rs: `utils` names a kind and not a thing"),
        (name, "src/plan/mod.rs", "", "src/plan/mod.rs: `mod` names a kind and not a thing"),
        (depth, "src/a/b/c/d.rs", "", "src/a/b/c/d.rs: the module is 4 levels deep, 3 at most"),
        (depth, "src/a/b/c.rs", "", ""),
        (leftovers, "src/ids.rs", "\ndbg!(1);", "src/ids.rs:2: `dbg!` is left over"),
        (width, "src/ids.rs", &wide, "src/ids.rs:1: 121 characters wide, 120 at most"),
        (absences, "src/grant.rs", "let now = chrono::Utc::now();", "src/grant.rs:1: `Utc::now` has no place here: time is an argument"),
        (absences, "src/grant.rs", "use std::{fmt, fs::File};", "src/grant.rs:1: `std::fs` has no place here: the caller does the reading and writing"),
        (absences, "src/grant.rs", "fn f() -> HashMap<u8, f64> {}", "src/grant.rs:1: `HashMap` has no place here: its order differs from run to run\nsrc/grant.rs:1: `f64` has no place here: amounts are exact"),
        (absences, "src/value/read.rs", "fn read(number: f64) {} fn as_f32() {}", ""),
        (absences, "src/grant.rs", "mod tests {\nuse std::fs;", ""),
        (absences, "src/store/writing.md", "use std::fs;", ""),
        (growth, "src/grant.rs", "#[non_exhaustive]\npub enum A {\n}\n\n#[derive(Debug)]\npub enum B {", "src/grant.rs:6: `B` is neither `#[non_exhaustive]` nor complete on purpose"),
        (growth, "src/grant.rs", "/// Complete on purpose: never.\n#[derive(Debug)]\npub enum A {\n}\npub(crate) enum B {", ""),
        (machine_paths, "README.md", "cd /home/me", "README.md:1: `/home/` is a path on one machine"),
        (dependencies, "Cargo.toml", manifest, "Cargo.toml: the default build needs serde; it is to need chrono, rust_decimal, serde, thiserror, toml\nCargo.toml: `serde` comes without `default-features = false`\nCargo.toml: a feature is on by default"),
    ];
    for (rule, path, text, expected) in cases {
        let source = Source { path: (*path).to_owned(), text: (*text).to_owned() };
        assert_eq!(rule(&source).join("\n"), *expected, "{path}: {text}");
    }
}
