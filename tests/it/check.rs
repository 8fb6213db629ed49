//! All that is wrong and doubtful in a book is told at once, and nothing of a good one.

mod formulas;
mod sound;

use studio_credits::{
    diagnostic::Severity,
    pricing::{Price, PriceBook, PricingRule, Setting},
};

const HEAD: &str = "name = \"acme\"\nedition = \"1\"\nunit = \"credits\"\n";

/// What is told of a book that begins with the three lines above: `line:column`, what for an error and why for a
/// warning.
fn told(rest: &str) -> Vec<String> {
    let found = PriceBook::check_file("", &format!("{HEAD}{rest}"));
    let told = found.iter().map(|found| {
        let place = found.place.as_ref().map(|place| format!("{}:{} ", place.line, place.column)).unwrap_or_default();
        let error = if found.severity == Severity::Error { "error: " } else { "" };
        let hint = found.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place}{error}{}{hint}", found.message)
    });
    told.collect()
}

#[track_caller]
fn check(table: &[(&str, &[&str])]) {
    for (rest, expected) in table {
        assert_eq!(told(rest), *expected, "\n{rest}");
    }
}

const SETTINGS: &str = "\
[settings]
steps = { min = 0, max = 50, default = 20 }
seconds = { unit = 'second', min = 1, max = 60, default = 5 }
size = { values = ['s', 'm', 'l'], default = 's' }
audio = { default = false }
[facts]
plan = { values = ['free', 'pro'], default = 'free' }
";

/// What is told of one price, beside what declares its names.
fn of_price(price: &str) -> Vec<String> {
    let uses = "per.call = \"steps + seconds + (if size = 's' or audio or plan = 'pro' then 1 else 2)\"";
    let used = format!("[[rule]]\nstudio = 'used'\nmodel = 'm'\n{uses}\n");
    let rule = format!("[[rule]]\nstudio = 'image'\nmodel = 'm'\n{price}");
    let told = told(&format!("{SETTINGS}{used}{rule}"));
    told.into_iter().map(|told| told.trim_start_matches("18:").to_owned()).collect()
}

#[test]
#[rustfmt::skip]
fn try_it() {
    for price in [
        "per.output = '100 / steps'",
        "per.output = 'if steps > 0 then 100 / steps else 5'",
        "per.output = 'if steps = 0 then 5 else 100 / steps'",
        "per.output = '100 / max(1, steps)'",
        "per.output = '100 / (steps - 25)'",
        "per.output = 'blocks(100, steps)'",
        "per.output = 'ceil(seconds, steps)'",
        "per.output = '5 * (steps - 25)'",
        "per.output = '5 * max(0, steps - 25)'",
        "per.output = 'steps - min(steps, seconds)'",
        "per.output = 'if steps >= seconds then steps - seconds else 0'",
        "per.output = 'if not (steps < seconds) then steps - seconds else 0'",
        "per.output = 'steps - 0.2 * steps'",
        "per.output = 'ceil(steps) - steps'",
        "per.output = 'steps - floor(steps)'",
        "per.output = 'max(steps, seconds) - seconds'",
        "per.output = 'ln(steps, 6)'",
        "per.output = 'ln(max(1, steps), 6)'",
        "per.output = 'sqrt(steps - 1, 6)'",
        "per.output = 'pow(steps - 1, 0.5, 6)'",
        "per.output = '2 ^ steps'",
        "per.output = '2 ^ ceil(steps)'",
        "per.output = '10 ^ (ceil(steps))'",
        "per.output = 'loop(i from 1 to steps * 100, x = 1: x + i)'",
        "per.output = 'loop(i from 1 to steps, x = 1: x + i)'",
        "per.output = '100 * count'",
        "per.output = '100 / count'",
        "per.output = 'ceil(count / 4) * 10 / count'",
        "per.output = 'if count > 4 then 5 else 6'",
        "per.output.size = { s = 1, m = 2 }",
        "per.output.size = { s = 1, else = 2 }",
        "per.output.size = { s = 1, m = 2, l = 3, else = 2 }",
        "per.output.audio = { true = 1 }",
        "per.output.steps = { '<= 10' = 1, '<= 20' = 2 }",
        "per.output.steps = { '<= 10' = 1, '<= 20' = 2, '<= 60' = 3, else = 4 }",
        "per.output.steps = { '<= 10' = 1, '<= 50' = 3, 60 = 5 }",
        "per.output.steps = { '<= 10' = 1, '<= 50' = 3, '< 0' = 5 }",
        "per.output.size = { s = 1, else = { size = { m = 2, l = 3 } } }",
        "per.output.size = { s = 1, else = { size = { s = 4, m = 2, l = 3 } } }",
        "per.output = 1\ntimes = [{ by.size = { s = 1, m = 'if steps > 5 then 0.5 else 2' } }]",
        "per.output = 1\ntimes = [{ by = 'steps - 1' }]",
        "per.output = 1\nmaximum = 'steps - 1'",
        "per.output = 1\nminimum = 5\nmaximum = 3",
        "per.output = 1\nminimum = 'steps'\nmaximum = 10",
        "per.output = 1\nminimum = 'steps'\nmaximum = 'steps * 2'",
        "per.output = 1\ntimes = [{ when = 'steps > 60', by = 2 }]",
        "per.output = 1\ntimes = [{ when = 'steps <= 60', by = 2 }]",
        "per.output = 1\nplus = [{ when = 'steps > 60', per.output = 2 }]",
        "per.output = 1\nplus = [{ when = 'steps > 60 or audio', per.output = 2 }]",
        "per.second.volume = { '<= 10' = 5 }",
        "per.second.graduated = { '<= 10' = 5, else = 6 }",
        "per.second.graduated = { '<= 10' = 5, '<= 1e9' = 6, else = 7 }",
        "per.output = 'volume(steps, 10: 5)'",
        "per.output = 'graduated(steps, 10: 5)'",
        "per.output = 1e15",
        "let.x = 'steps'\nper.output = 1",
        "let.x = '10 / steps'\nper.output = 'if steps > 0 then x else 0'",
        "let.x = '10 / steps'\nper.output = 'x'",
        "let.big = 'steps > 0'\nper.output = 'if big then 1 / steps else 0'",
        "let.kind = \"if steps > 0 then 'some' else 'none'\"\nper.output.kind = { some = '5 / steps', none = 1 }",
        "let.kind = \"if steps > 0 then 'some' else 'none'\"\nper.output.kind = { some = '5 / steps', all = 1 }",
        "let.kind.size = { s = 'small', 'm, l' = 'large' }\nper.output.kind = { small = { size = { s = 1 } }, large = { size = { 'm, l' = 1 } } }",
        "per.output = 'if steps > 100 then 1 else 2'",
        "let.w = 'steps / 5'\nper.call = 'default(w)'",
    ] {
        println!("{price}\n      {:?}", of_price(price));
    }
}
