//! What is told first of bad input, whatever its size: with its place, and without a panic.

use studio_credits::pricing::PriceBook;

use super::{HEAD, told};

const RULE: &str = "[[rule]]\nstudio = 'image'\nmodel = 'a'\n";

#[test]
#[rustfmt::skip]
fn bad_input_is_named_with_its_place() {
    let repeated = |text: &str, times: usize| text.repeat(times);
    let setting = "[settings]\nsteps = { max = 9, default = 5 }\nsize = { values = ['s', 'm'], default = 's' }\n";
    let table: [(&str, String, &str); 20] = [
        ("duplicate rules", format!("{RULE}per.output = 1\n{RULE}per.output = 2"), "8:1 error: two rules are named `image/a` (remove one, or give each a `name` of its own)"),
        ("overlapping dates", format!("{RULE}until = 2026-03-01\nper.output = 1\n{RULE}from = 2026-02-01\nper.output = 2"), "9:1 error: `image/a until 2026-03-01` and `image/a from 2026-02-01` price the same requests (give one a condition (`when`), or dates (`from`, `until`) that do not overlap)"),
        ("a rule that can never fire", format!("{setting}{RULE}when = 'steps > 9'\nper.output = 1\n{RULE}per.output.size = {{ s = 1, m = 2 }}"), "10:9 this condition is never true, so the rule prices nothing"),
        ("a combination without a price", format!("{setting}{RULE}per.output.size = {{ s = 'steps' }}"), "10:12 `size` may be `m`, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `size` in the rule)"),
        ("a cycle of references", format!("{RULE}per.output = \"price('image', 'b')\"\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = \"price('image', 'a')\""), "7:30 error: prices refer to each other in a circle, or too deep: image/b → image/a → image/b"),
        ("a named value within itself", format!("[let]\nx = 'y'\ny = 'x'\n{RULE}per.output = 'x'"), "6:6 error: `x` is defined by itself"),
        ("a division by what may be 0", format!("{setting}{RULE}per.output.size = {{ s = '5 / steps', m = 1 }}"), "10:30 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"),
        ("a loop past its cap", format!("{RULE}per.output = 'loop(i from 1 to 1001, x = 1: x + i)'"), "7:15 error: the loop has more than 1000 rounds"),
        ("an expression of 100,000 levels", format!("{RULE}per.output = '{}1{}'", repeated("(", 100_000), repeated(")", 100_000)), "7:15 error: 200001 bytes: a formula has at most 4096"),
        ("an expression of 2,000 levels", format!("{RULE}per.output = '{}1{}'", repeated("(", 2_000), repeated(")", 2_000)), "7:80 error: nested more than 64 deep"),
        ("10 MiB of comment", repeated("# comment\n", 1 << 20), "1:1 error: the text has 10485805 bytes; a book has at most 8388608"),
        ("a megabyte of one rule", repeated("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 1\n", 20_000), "8:1 error: two rules are named `image/a` (remove one, or give each a `name` of its own)"),
        ("tables of 100,000 levels", format!("x = {}1{}", repeated("{ a = ", 100_000), repeated(" }", 100_000)), "4:485 error: not TOML: cannot recurse further; max recursion depth met"),
        ("lists of 100,000 levels", format!("x = {}1{}", repeated("[", 100_000), repeated("]", 100_000)), "4:85 error: not TOML: cannot recurse further; max recursion depth met"),
        ("dots of 100,000 levels", format!("x{} = 1", repeated(".a", 100_000)), "1:1 error: not TOML: recursion limit"),
        ("a look-alike letter", "[[rule]]\nstudio = 'image'\nmodel = 'fl\u{443}x'\nper.output = 1".to_owned(), "6:10 the model `fl\u{443}x` has `\u{443}` (U+0443), which looks like `y`"),
        ("a trailing space", "[[rule]]\nstudio = 'image'\nmodel = 'flux '\nper.output = 1".to_owned(), "6:10 error: model `flux ` has white space at an end: none is allowed there"),
        ("a catch-all that hides a slip", "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux', per.output = 2 }, { model = '*', per.output = 1 }]\n[[example]]\nstudio = 'image'\nmodel = 'fluxx'\ncosts = 1".to_owned(), "9:10 `fluxx` is no model of `image`, and is taken for any other (did you mean `flux`?)"),
        ("a conversion that is not stated", format!("{RULE}unit = 'USD'\nper.output = 1\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = \"price('image', 'a')\""), "12:30 error: `image/a` is priced in `USD`, this rule in `credits` (state what one is in `credits`: [convert] USD = …)"),
        ("a key with a dot", format!("{setting}{RULE}per.output.steps = {{ 2.5 = 1, else = 2 }}"), "10:24 error: `5` must be a table of prices, one for each value (a key with a dot is written in quotes: \"2.5\")"),
    ];
    for (what, text, expected) in table {
        let found = told(&text);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{what}: {found:?}");
    }
}

#[test]
fn what_is_counted_is_a_whole_number() {
    let minutes = |minutes: &str| format!("quote_minutes = {minutes}\n{RULE}per.output = 1");
    let items = |items: &str| {
        format!(
            "[settings]\nparts = {{ items = {{ max = 9 }}, max_items = {items} }}\n{RULE}per.output = 'length(parts)'"
        )
    };
    let count = |count: &str| {
        format!("{RULE}per.output = 1\n[[example]]\nstudio = 'image'\nmodel = 'a'\ncount = {count}\ncosts = 2")
    };
    for (text, expected) in [
        (minutes("0.5"), "4:17 error: `quote_minutes` is 0.5: a whole number is expected"),
        (minutes("-5"), "4:17 error: `quote_minutes` is -5: that is too low"),
        (minutes("4294967296"), "4:17 error: `quote_minutes` is 4294967296: that is too high"),
        (items("2.5"), "5:44 error: `max_items` is 2.5: a whole number is expected"),
        (items("-1"), "5:44 error: `max_items` is -1: that is too low"),
        (count("2.5"), "11:9 error: `count` is 2.5: a whole number is expected"),
        (count("-2"), "11:9 error: `count` is -2: that is too low"),
        (count("0"), "8:1 error: count is 0: a request asks for 1 to 1000000 outputs"),
    ] {
        assert_eq!(told(&text).first().map(String::as_str), Some(expected), "{text}");
    }
    for text in [minutes("15"), items("3"), count("2")] {
        assert!(told(&text).is_empty(), "{text}");
    }
}

#[test]
fn no_more_is_told_than_a_person_reads() {
    let rules = (0..5_000).map(|at| format!("[[rule]]\nstudio = 'image'\nmodel = 'm{at}'\nper.output = 'x{at} / 0'\n"));
    assert_eq!(PriceBook::check_file("", &format!("{HEAD}{}", rules.collect::<String>())).len(), 100);
    let doubts =
        (0..5_000).map(|at| format!("[[rule]]\nstudio = 'image'\nmodel = 'm{at}'\nper.output = '5 - count'\n"));
    assert_eq!(PriceBook::check_file("", &format!("{HEAD}{}", doubts.collect::<String>())).len(), 100);
}
