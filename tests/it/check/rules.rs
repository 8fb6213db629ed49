//! Doubts about which rule requests come to, and when.

use super::tell;

const SETTINGS: &str = "\
[settings]
steps = { min = 0, max = 50, default = 20 }
preview = { default = false }
[facts]
plan = { values = ['free', 'pro', 'team'], default = 'free' }
[[rule]]
studio = 'used'
model = 'm'
per.call = \"steps + (if preview or plan = 'pro' then 1 else 2)\"
";

/// Rows of rules, after what the book says of its dates and a blank line where it says something.
#[track_caller]
fn tell_rules(rows: &[(&str, &[&str])]) {
    for (rules, expected) in rows {
        let (dates, rules) = rules.split_once("\n\n").unwrap_or(("", rules));
        tell(&[(&format!("{dates}\n{SETTINGS}[[rule]]\nstudio = 'image'\nmodels = [\n{rules}\n]\n"), expected)]);
    }
}

#[test]
#[rustfmt::skip]
fn rules_that_no_request_comes_to_and_requests_without_a_rule() {
    tell_rules(&[
        ("{ model = 'a', when = 'preview', free = true },\n{ model = 'a', per.output = 1 }", &[]),
        ("{ model = 'a', when = 'steps > 50', per.output = 2 },\n{ model = 'a', per.output = 1 }", &["17:24 this condition is never true, so the rule prices nothing"]),
        ("{ model = 'a', when = 'steps <= 50', per.output = 2 },\n{ model = 'a', per.output = 1 }", &["17:24 this condition is always true"]),
        ("{ model = 'a', when = 'steps <= 20', per.output = 2 },\n{ model = 'a', when = 'steps > 20', per.output = 3 }", &[]),
        ("{ model = 'a', when = 'steps <= 20', per.output = 2 },\n{ model = 'a', when = 'steps > 20', per.output = 3 },\n{ model = 'a', per.output = 4 }", &["19:1 no request comes to this rule: the rules before it take them all"]),
        ("{ model = 'a', when = 'steps < 20', per.output = 2 },\n{ model = 'a', when = 'steps > 20', per.output = 3 }", &["18:1 no rule prices `image/a` where `steps` is `20` (leave out `when` in the last rule, or add a rule for the rest)"]),
        ("{ model = 'a', when = 'steps > 10', per.output = 2 },\n{ model = 'a', when = 'steps > 30', per.output = 3 },\n{ model = 'a', per.output = 4 }", &["18:1 no request comes to this rule: the rules before it take them all"]),
        ("{ model = 'a', when = \"plan = 'free'\", per.output = 2 },\n{ model = 'a', when = \"plan = 'pro'\", per.output = 3 }", &["18:1 no rule prices `image/a` where `plan` is `team` (leave out `when` in the last rule, or add a rule for the rest)"]),
        ("{ model = 'a', when = \"plan = 'free'\", per.output = 2 },\n{ model = 'a', when = \"plan != 'free' and preview\", per.output = 3 },\n{ model = 'a', when = \"plan != 'free' and not preview\", per.output = 4 }", &[]),
        ("{ model = 'a', when = \"plan = 'free' and preview\", per.output = 2 },\n{ model = 'a', when = \"plan = 'pro' or plan = 'team'\", per.output = 3 }", &["18:1 no rule prices `image/a` where `plan` is `free` and `preview` is `false` (leave out `when` in the last rule, or add a rule for the rest)"]),
        ("{ model = 'a', when = \"plan = 'pro'\", per.output = 2 }", &[]),
        ("{ model = 'a', when = 'preview', per.output = 2 }", &["17:1 no rule prices `image/a` where `preview` is `false` (leave out `when` in the last rule, or add a rule for the rest)"]),
        ("{ model = 'a', when = 'steps > 30', per.output = '1 / (steps - 30)' },\n{ model = 'a', per.output = '1 / (31 - steps)' }", &[]),
        ("{ model = 'a', when = 'true', per.output = 2 },\n{ model = 'a', per.output = 1 }", &["17:24 this condition is always true"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn dates_beyond_those_of_the_book() {
    tell_rules(&[
        ("from = 2026-02-01\n\n{ model = 'a', from = 2026-01-01, per.output = 2 }", &["17:16 the rule begins on 2026-01-01, and the book only on 2026-02-01"]),
        ("from = 2026-02-01\n\n{ model = 'a', until = 2026-01-01, per.output = 2 },\n{ model = 'a', from = 2026-01-01, per.output = 3 }", &["17:16 the rule ends on 2026-01-01, and the book only begins on 2026-02-01", "18:16 the rule begins on 2026-01-01, and the book only on 2026-02-01"]),
        ("until = 2026-02-01\n\n{ model = 'a', until = 2026-03-01, per.output = 2 }", &["17:16 the rule ends on 2026-03-01, and the book already on 2026-02-01"]),
        ("until = 2026-02-01\n\n{ model = 'a', until = 2026-02-01, per.output = 2 },\n{ model = 'a', from = 2026-02-01, per.output = 3 }", &["18:16 the rule begins on 2026-02-01, and the book ends on 2026-02-01"]),
        ("{ model = 'a', until = 2026-03-01, per.output = 2 },\n{ model = 'a', from = 2026-04-01, per.output = 3 }", &["18:16 nothing prices `image/a` from 2026-03-01 to 2026-04-01 (let the next rule begin when the one before it ends)"]),
        ("{ model = 'a', until = 2026-03-01, per.output = 2 },\n{ model = 'a', from = 2026-03-01, per.output = 3 }", &[]),
    ]);
}
