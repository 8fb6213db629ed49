//! What the example `price_book` answers: what it prints, to where, and its exit status.

use std::{fs, path::PathBuf};

#[path = "../../examples/price_book/main.rs"]
#[expect(dead_code, reason = "what `main` does is to call `run`")]
mod price_book;

const AT: &str = "2026-11-22T12:00:00Z";
const HEADER: &str = "studio,tool,model,settings,facts,count,at,outcome,delivered,unit,expected";

/// Output, error output and exit status.
pub(crate) fn run(args: &[&str]) -> (String, String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = price_book::run(args.iter().map(Into::into), AT.parse().unwrap(), &mut out, &mut err);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), status)
}

/// The command `cases` on the book of these tests and a table; the table is called `cases.csv` in the output.
fn cases(name: &str, table: &str) -> (String, String, u8) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("price_book_example_{name}.csv"));
    fs::write(&path, table).unwrap();
    let path = path.to_str().unwrap();
    let (out, err, status) = run(&["cases", "tests/data/studio.toml", path]);
    (out.replace(path, "cases.csv"), err.replace(path, "cases.csv"), status)
}

#[test]
fn check_tells_all_faults_of_all_books() {
    let expected = "\
error: a price of `-1` is below 0
  --> tests/data/faulty.toml:11:14
   |
11 | per.output = -1
   |              ^^

error: nothing is counted in `secnd`
  --> tests/data/faulty.toml:16:5
   |
16 | per.secnd = 2
   |     ^^^^^
   = help: did you mean `second`?

2 books, 2 errors, 0 warnings
";
    let both = run(&["check", "tests/data/faulty.toml", "tests/data/studio.toml"]);
    assert_eq!(both, (expected.to_owned(), String::new(), 1));
    let one = run(&["check", "tests/data/studio.toml"]);
    assert_eq!(one, ("1 book, nothing found\n".to_owned(), String::new(), 0));
}

#[test]
fn a_catalog_is_an_outline() {
    let expected = "\
acme, edition 2026-11

image
  flux
    49 credits, also with text-to-image
    73.5 credits (estimate), with restyle
      ratios: list of at most 3, each one of 1:1 | 4:3, no default
      resolution: one of 1k | 2k, default 1k
  seedream
    24 credits

video
  kling
    the price depends on the settings
      duration: number from 4 to 15 seconds, by 0.5, no default
  live
    120 credits (at most)
      hours: number from 0 to 2 hours, measured

facts
  plan: one of free | pro, default free
  first: flag, default false (no order before)
";
    assert_eq!(run(&["catalog", "tests/data/studio.toml"]), (expected.to_owned(), String::new(), 0));
    let (json, _, status) = run(&["catalog", "--json", "tests/data/studio.toml", "--at", "2026-01-01"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["studios"][0]["models"][0]["offers"][0]["base"]["amount"], status), (&"49".into(), 0));
}

#[test]
fn cases_are_quotes_charges_and_refusals() {
    #[rustfmt::skip]
    let rows = [
        "image,,flux,resolution=2k,,4,,,,credits,294",
        r#"image,restyle,flux,"ratios=[""1:1"",""4:3""];resolution=1k",first=true,2,2026-11-22T01:00:00Z,,,,147"#,
        "video,,kling,duration=7.5,plan=pro,,2026-11-23,,,credits,75",
        "video,,live,,,,,,,credits,120",
        "video,,live,hours=0.5,,,,,,credits,30",
        "image,,flux,,,1000000,,,,,49000000",
        "image,,flux,,,,2025-12-31,,,,refused",
        "image,,flx,,,,,,,,refused",
        "image,,flux,,,4,,,3,credits,147",
        "image,,flux,,,4,,cancelled,2,credits,98",
        "image,,flux,,,4,,failed,,credits,0",
        "video,,live,,,3,,,2;hours=1.5,credits,180",
        "video,,live,,,,,delivered,hours=1.5,credits,90",
    ];
    let (out, err, status) = cases("agree", &format!("{HEADER}\n{}\n", rows.join("\n")));
    assert_eq!((out.as_str(), err.as_str(), status), ("13 of 13 cases agree\n", "", 0));
}

#[test]
fn a_case_that_differs_is_told() {
    let rows = "\
image,,flux,resolution=2k,,4,,,,credits,293
image,,flux,resolution=2k,,4,,,,credits,294
image,,flux,resolution=2k,,4,,,,USD,294
image,restyle,flux,,first=true,,2026-11-23,failed,,,1
image,,flx,,,,,,,credits,49
image,,flux,,,,,,,credits,refused
";
    let expected = "\
cases.csv:2: image/flux, settings resolution=2k, count 4
  expected 293 credits
  got      294 credits
cases.csv:4: image/flux, settings resolution=2k, count 4
  expected 294 USD
  got      294 credits
cases.csv:5: image/restyle/flux, facts first=true, at 2026-11-23, outcome failed
  expected 1
  got      0 credits
cases.csv:6: image/flx
  expected 49 credits
  got      refused: studio `image` has no model `flx`; did you mean `flux`?
cases.csv:7: image/flux
  expected refused
  got      49 credits
1 of 6 cases agree
";
    let (out, err, status) = cases("differ", &format!("{HEADER}\n{rows}"));
    assert_eq!((out.as_str(), err.as_str(), status), (expected, "", 1));
}

#[test]
fn a_row_that_cannot_be_read_is_told() {
    #[rustfmt::skip]
    let table = [
        ("image,,flux,,,4,,,,credits",            "cases.csv: CSV error: record 1 (line: 2, byte: 74): found record with 10 fields, but the previous record has 11 fields"),
        ("image,,,,,,,,,,1",                      "cases.csv:2: model is empty: it has 1 to 100 bytes"),
        ("image,,flux,,,four,,,,,1",              "cases.csv:2: count `four` is no number"),
        ("image,,flux,,,0,,,,,1",                 "cases.csv:2: count is 0: a request asks for 1 to 1000000 outputs"),
        ("image,,flux,resolution,,,,,,,1",        "cases.csv:2: `resolution` has no `=`: write k=v;k=v"),
        ("image,,flux,a=1;,,,,,,,1",              "cases.csv:2: `a` is followed by `;`: write k=v;k=v"),
        ("image,,flux,a=1;a=2,,,,,,,1",           "cases.csv:2: `a` is given twice"),
        ("image,,flux,a=[1]2,,,,,,,1",            "cases.csv:2: `a` is followed by `2`: write k=v;k=v"),
        ("image,,flux,a=[1,,,,,,,1",              "cases.csv:2: `a`: EOF while parsing a list at line 1 column 2"),
        ("image,,flux,,=1,,,,,,1",                "cases.csv:2: fact ``: name is empty: it has 1 to 100 bytes"),
        ("image,,flux,,,,yesterday,,,,1",         "cases.csv:2: `yesterday` is no instant, such as 2026-11-22T12:00:00Z or 2026-11-22"),
        ("image,,flux,,,,,lost,,,1",              "cases.csv:2: `lost` is no outcome: one of delivered, failed, blocked, cancelled, empty, unknown"),
        ("image,,flux,,,,,,few,,1",               "cases.csv:2: delivered `few` is no number of outputs"),
        ("image,,flux,,,,,,,,dear",               "cases.csv:2: expected `dear` is neither an amount nor `refused`"),
        ("image,,flux,,,,,,,,",                   "cases.csv:2: expected `` is neither an amount nor `refused`"),
    ];
    for (row, expected) in table {
        let (out, err, status) = cases("unread", &format!("{HEADER}\n{row}\n"));
        assert_eq!((out.as_str(), err.trim_end(), status), ("", expected, 2), "{row}");
    }
    let (_, err, status) = cases("columns", "studio,model\nimage,flux\n");
    assert_eq!((err, status), (format!("cases.csv: the columns are to be {HEADER}\n"), 2));
}

#[test]
fn a_mistake_in_the_arguments_is_told() {
    #[rustfmt::skip]
    let table: [(&[&str], &str); 9] = [
        (&["chek"],                                                "there is no command `chek`; see `--help`"),
        (&["check"],                                               "name the price books to check"),
        (&["catalog"],                                             "name one price book"),
        (&["catalog", "a.toml", "b.toml"],                         "name one price book"),
        (&["catalog", "a.toml", "--jsn"],                          "there is no option `--jsn`; see `--help`"),
        (&["catalog", "a.toml", "--at"],                           "`--at` needs a value"),
        (&["catalog", "tests/data/studio.toml", "--at", "soon"],   "`soon` is no instant, such as 2026-11-22T12:00:00Z or 2026-11-22"),
        (&["catalog", "tests/data/studio.toml", "--at", "2025-12-31"],
            "`acme` has no price at 2025-12-31T00:00:00Z: its first is from 2026-01-01T00:00:00Z"),
        (&["cases", "a.toml"],                                     "name one price book and one table of cases"),
    ];
    for (args, expected) in table {
        assert_eq!(run(args), (String::new(), format!("{expected}\n"), 2), "{args:?}");
    }
    #[rustfmt::skip]
    let unreadable: [&[&str]; 4] = [
        &["check", "tests/data/studio.toml", "tests/data/nowhere.toml"],
        &["catalog", "tests/data/nowhere.toml"],
        &["cases", "tests/data/nowhere.toml", "tests/data/nowhere.csv"],
        &["cases", "tests/data/studio.toml", "tests/data/nowhere.toml"],
    ];
    for args in unreadable {
        let (out, err, status) = run(args);
        assert!(err.starts_with("cannot read `tests/data/nowhere.toml`: "), "{args:?}: {err}");
        assert_eq!((out.as_str(), status), ("", 2), "{args:?}");
    }
}

#[test]
fn a_book_is_put_over_the_one_that_it_extends() {
    let contract = "tests/data/layers/contract.toml";
    assert_eq!(run(&["check", contract]), ("1 book, nothing found\n".to_owned(), String::new(), 0));
    let (broken, _, status) = run(&["check", "tests/data/layers/broken.toml"]);
    let fault = "error: the book below has no model `flix`\n --> tests/data/layers/broken.toml:5:1\n";
    assert!(broken.starts_with(fault), "{broken}");
    assert_eq!(status, 1);

    let (catalog, _, status) = run(&["catalog", contract]);
    assert!(catalog.contains("39.2 credits, also with text-to-image") && !catalog.contains("seedream"), "{catalog}");
    assert_eq!(status, 0);

    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("price_book_example_layers.csv");
    fs::write(&path, format!("{HEADER}\nimage,,flux,resolution=2k,,2,,,,credits,117.6\n")).unwrap();
    let cases = run(&["cases", contract, path.to_str().unwrap()]);
    assert_eq!(cases, ("1 of 1 cases agree\n".to_owned(), String::new(), 0));

    let (_, err, status) = run(&["catalog", "tests/data/layers/outside.toml"]);
    assert!(err.starts_with("error: the book `../studio` cannot be loaded\n") && status == 2, "{err}");
}

#[test]
fn a_diff_tells_what_changes_and_its_status_whether_anything_does() {
    let (acme, contract) = ("tests/data/layers/acme.toml", "tests/data/layers/contract.toml");
    let expected = "\
acme 2026-11 → contract 2026-12
removed: image/seedream (text-to-image)
image/flux (text-to-image): all 6 prices change, by -147 to -9.8 credits (-20 %)
  nothing set: 49 → 39.2 credits (-20 %)
  greatest fall: resolution = 2k, count 10: 735 → 588 credits (-20 %)
";
    assert_eq!(run(&["diff", acme, contract]), (expected.to_owned(), String::new(), 1));
    let same = "acme 2026-11 → acme 2026-11\nno price changes\n";
    assert_eq!(run(&["diff", acme, acme]), (same.to_owned(), String::new(), 0));
    let (json, _, status) = run(&["diff", "--json", acme, contract]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["prices"][0]["changed"], status), (&6.into(), 1));
    #[rustfmt::skip]
    let table: [(&[&str], &str); 4] = [
        (&["diff"],                                    "name two price books: the old one and the new one"),
        (&["diff", acme],                              "name two price books: the old one and the new one"),
        (&["diff", acme, contract, acme],              "name two price books: the old one and the new one"),
        (&["diff", acme, "--jsn", contract],           "there is no option `--jsn`; see `--help`"),
    ];
    for (args, expected) in table {
        assert_eq!(run(args), (String::new(), format!("{expected}\n"), 2), "{args:?}");
    }
    let (out, err, status) = run(&["diff", acme, "tests/data/faulty.toml"]);
    assert!(err.starts_with("error: a price of `-1` is below 0\n  --> tests/data/faulty.toml:11:14\n"), "{err}");
    assert_eq!((out.as_str(), status), ("", 2));
}

#[test]
fn a_faulty_book_sells_nothing() {
    for args in [&["catalog", "tests/data/faulty.toml"][..], &["cases", "tests/data/faulty.toml", "x.csv"]] {
        let (out, err, status) = run(args);
        assert!(err.starts_with("error: a price of `-1` is below 0\n  --> tests/data/faulty.toml:11:14\n"), "{err}");
        assert_eq!((out.as_str(), status), ("", 2), "{args:?}");
    }
}

#[test]
fn help_names_every_command() {
    let (help, _, status) = run(&["check", "--help"]);
    for command in ["check", "catalog", "cases", "diff"] {
        assert!(
            help.contains(&format!("\nprice_book {command} ")) || help.starts_with("price_book check "),
            "{command}"
        );
    }
    assert_eq!((run(&[]), status), ((help, String::new(), 0), 0));
}
