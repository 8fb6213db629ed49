//! Doubts about formulas, tables, factors and bounds.

use super::{HEAD, told};

const SETTINGS: &str = "\
[settings]
steps = { min = 0, max = 50, default = 20 }
seconds = { unit = 'second', min = 1, max = 60, default = 5 }
tokens = { unit = 'token' }
size = { values = ['s', 'm', 'l'], default = 's' }
audio = { default = false }
shots = { type = 'list', max_items = 5, items = { fields = { kind = { values = ['a', 'b'] }, length = { max = 9 } } } }
[facts]
plan = { values = ['free', 'pro'], default = 'free' }
[[rule]]
studio = 'used'
model = 'm'
per.call = \"steps + seconds + tokens + length(shots) + (if size = 's' or audio or plan = 'pro' then 1 else 2)\"
[[rule]]
studio = 'image'
model = 'm'
";

/// Rows of a price, whose lines count from 1, and all that is told of it.
#[track_caller]
fn tell(rows: &[(&str, &[&str])]) {
    let above = HEAD.lines().count() + SETTINGS.lines().count();
    let line_of_price = |found: &String| {
        let (line, rest) = found.split_once(':').unwrap();
        let line = line.parse::<usize>().unwrap();
        if line > above { format!("{}:{rest}", line - above) } else { format!("above, {rest}") }
    };
    for (price, expected) in rows {
        let found = told(&format!("{SETTINGS}{price}\n"));
        assert_eq!(found.iter().map(line_of_price).collect::<Vec<_>>(), *expected, "\n{price}");
    }
}

#[test]
#[rustfmt::skip]
fn divisions_steps_and_powers() {
    tell(&[
        ("per.output = '100 / steps'", &["1:21 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"]),
        ("per.output = '100 / (2 * steps)'", &["1:21 a division by `2 * steps`, which may be 0 (guard it: `if 2 * steps = 0 then … else …`, or `max(1, 2 * steps)`)"]),
        ("per.output = '100 / (seconds * 0)'", &["1:21 a division by `seconds * 0`, which is 0 (guard it: `if seconds * 0 = 0 then … else …`, or `max(1, seconds * 0)`)"]),
        ("per.output = 'if seconds > 1 and seconds < 5 then 100 / (seconds * 0) else 5'", &["1:57 a division by `seconds * 0`, which is 0 (guard it: `if seconds * 0 = 0 then … else …`, or `max(1, seconds * 0)`)"]),
        ("per.output = 'if steps > 0 then 100 / steps else 5'", &[]),
        ("per.output = 'if steps = 0 then 5 else 100 / steps'", &[]),
        ("per.output = \"if size = 's' and steps > 0 then 100 / steps else 5\"", &[]),
        ("per.output = \"if size = 's' or steps > 0 then 100 / steps else 5\"", &["1:53 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"]),
        ("per.output = 'if not (audio or steps = 0) then 100 / steps else 5'", &[]),
        ("per.output = 'if steps * seconds > 0 then 100 / steps else 5'", &[]),
        ("per.output = 'if steps > seconds then 100 / (steps - seconds) else 5'", &[]),
        ("per.output = '100 / max(1, steps)'", &[]),
        ("per.output = '100 / clamp(steps, 1, 9)'", &[]),
        ("per.output = '100 / seconds'", &[]),
        ("per.output.steps = { 0 = 5, else = '100 / steps' }", &[]),
        ("per.output.steps = { '<= 0' = 5, else = { size = { s = '100 / steps', else = 1 } } }", &[]),
        ("per.output = 'blocks(100, steps)'", &["1:27 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"]),
        ("per.output = 'ceil(seconds, steps)'", &["1:29 a step of `steps`, which may be 0 or below (guard it: `max(1, steps)`)"]),
        ("per.output = 'sum(s in shots: 10 / s.length)'", &["1:36 a division by `s.length`, which may be 0 (guard it: `if s.length = 0 then … else …`, or `max(1, s.length)`)"]),
        ("per.output = 'sum(s in shots where s.length > 0: 10 / s.length)'", &[]),
        ("per.output = \"sum(s in shots: if s.kind = 'a' then 1 else if s.kind = 'b' then 2 else 3)\"", &["1:62 this condition is always true"]),
        ("per.output = 'ln(steps, 6)'", &["1:18 `steps` may be 0 or below, which has no logarithm (guard it: `max(1, steps)`)"]),
        ("per.output = 'ln(max(1, steps), 6)'", &[]),
        ("per.output = 'sqrt(steps - 1, 6)'", &["1:20 `steps - 1` may be below 0, which has no root (guard it: `max(0, steps - 1)`)"]),
        ("per.output = 'pow(max(0, steps - 1), 0.5, 6)'", &[]),
        ("per.output = '2 ^ steps'", &["1:19 `steps` may be no whole number, as the exponent of `^` is (declare it with `step = 1`, or write `pow(x, y, digits)`)"]),
        ("per.output = '2 ^ ceil(steps)'", &[]),
        ("per.output = '10 ^ ceil(steps)'", &["1:15 `10 ^ ceil(steps)` may come to more than can be held (narrow what it is made of: give the settings a `max`)"]),
        ("per.output = 'exp(steps * 9, 2)'", &["1:15 `exp(steps * 9, 2)` may come to more than can be held (narrow what it is made of: give the settings a `max`)"]),
        ("per.output = '1e17 * seconds'", &["above, 1 the price of one output may be 6000000000000000000; amounts go up to 1000000000000000000 (narrow what it is made of, or set a `maximum`)"]),
        ("per.output = '1e17 * tokens'", &[]),
        ("per.output = 'loop(i from 1 to steps * 100, x = 1: x + i)'", &["1:15 the loop may have more than 1000 rounds: it goes from 1 to 5000 (bound it: `to min(1000, …)`)"]),
        ("per.output = 'loop(i from 1 to tokens, x = 1: x + i)'", &["1:15 the loop may have more than 1000 rounds: nothing bounds it (bound it: `to min(1000, …)`)"]),
        ("per.output = 'loop(i from 1 to min(1000, tokens), x = 1: x + i)'", &[]),
        ("let.w = '10 / steps'\nper.output = 'if steps > 0 then w else 0'", &[]),
        ("let.w = '10 / steps'\nper.output = 'w'", &["1:15 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"]),
        ("let.w = '10 / steps'\nper.output = '(if steps > 0 then w else 0) + w'", &["1:15 a division by `steps`, which may be 0 (guard it: `if steps = 0 then … else …`, or `max(1, steps)`)"]),
        ("per.output = \"10 / price('other', 'o')\"\n[[rule]]\nstudio = 'other'\nmodel = 'o'\nper.output = 'steps'", &[]),
        ("per.output = \"10 / price('other', 'o', steps: audio_steps)\"\nlet.audio_steps = 'if audio then 0 else 2'\n[[rule]]\nstudio = 'other'\nmodel = 'o'\nper.output = 'steps'", &["1:20 a division by `price('other', 'o', steps: audio_steps)`, which may be 0 (guard it: `if price('other', 'o', steps: audio_steps) = 0 then … else …`, or `max(1, price('other', 'o', steps: audio_steps))`)"]),
        ("let.some = 'steps > 0'\nper.output = 'if some then 1 / steps else 0'", &[]),
        ("let.kind = \"if steps > 0 then 'some' else 'none'\"\nper.output.kind = { some = '5 / steps', none = 1 }", &[]),
        ("let.w = 'tokens / 5'\nper.call = 'default(w)'", &["1:10 `tokens` has no default, which `default(…)` takes (give `tokens` a `default`)"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn amounts_below_nought() {
    tell(&[
        ("per.output = '5 * (steps - 25)'", &["1:15 the price may be below 0: `5 * (steps - 25)` is from -125 to 125 (guard it: `max(0, 5 * (steps - 25))`)"]),
        ("per.output = 'steps - 51'", &["1:15 the price is below 0: `steps - 51` is from -51 to -1 (guard it: `max(0, steps - 51)`)"]),
        ("per.output = '5 * max(0, steps - 25)'", &[]),
        ("per.output = 'steps - min(steps, seconds)'", &[]),
        ("per.output = 'max(steps, seconds) - seconds'", &[]),
        ("per.output = 'clamp(steps, seconds, 99) - seconds'", &[]),
        ("per.output = 'steps - 0.2 * steps'", &[]),
        ("per.output = 'steps - 1.2 * steps'", &["1:15 the price may be below 0: `steps - 1.2 * steps` is from -10 to 0 (guard it: `max(0, steps - 1.2 * steps)`)"]),
        ("per.output = 'ceil(steps) - steps'", &[]),
        ("per.output = 'steps - floor(steps)'", &[]),
        ("per.output = 'if steps >= seconds then steps - seconds else 0'", &[]),
        ("per.output = 'if not (steps < seconds) then steps - seconds else 0'", &[]),
        ("per.output = 'if steps > seconds then 5 else seconds - steps'", &[]),
        ("per.output = 'if steps + 10 > seconds then steps - seconds + 10 else 0'", &["1:15 the price may be below 0: `if steps + 10 > seconds then steps - seconds + 10 else 0` is above -50 up to 59 (guard it: `max(0, if steps + 10 > seconds then steps - seconds + 10 else 0)`)"]),
        ("per.output.steps = { '<= 25' = 1, else = 'steps - 25' }", &[]),
        ("per.output.steps = { '<= 25' = 1, else = 'steps - 30' }", &["1:43 the price may be below 0: `steps - 30` is above -5 up to 20 (guard it: `max(0, steps - 30)`)"]),
        ("per.output = 1\ntimes = [{ by = 'steps - 1' }]", &["2:18 the factor may be below 0: `steps - 1` is from -1 to 49 (guard it: `max(0, steps - 1)`)"]),
        ("per.output = 1\ntimes = [{ when = 'steps > 1', by = 'steps - 1' }]", &[]),
        ("per.output = 1\nplus = [{ per.output = 'steps - 1' }]", &["2:25 the price may be below 0: `steps - 1` is from -1 to 49 (guard it: `max(0, steps - 1)`)"]),
        ("per.output = 1\nmaximum = 'steps - 1'", &["2:12 the maximum may be below 0: `steps - 1` is from -1 to 49 (guard it: `max(0, steps - 1)`)"]),
        ("settings.seconds = { type = 'number', min = -1, max = 60, unit = 'second' }\nper.second = 1", &["2:5 the quantity of `second` may be below 0: it is from -1 to 60 (give what it is counted by a `min` of 0, or guard it: `max(0, …)`)"]),
        ("per.output = 1\nminimum = 5\nmaximum = 3", &["2:11 the minimum is above the maximum: it is `5`, and the maximum `3`"]),
        ("per.output = 1\nminimum = 'steps'\nmaximum = 10", &["2:12 the minimum may be above the maximum: it is from 0 to 50, and the maximum `10`"]),
        ("per.output = 1\nminimum = 'steps'\nmaximum = 'steps * 2'", &[]),
        ("per.output = 1\neach = { minimum = 3, maximum = 2 }", &["2:20 the minimum is above the maximum: it is `3`, and the maximum `2`"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn cells_that_are_missing_and_cells_that_nothing_comes_to() {
    tell(&[
        ("per.output.size = { s = 1, m = 2 }", &["1:12 `size` may be `l`, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `size` in the rule)"]),
        ("per.output.size = { s = 1, m = 2, l = 'not offered' }", &[]),
        ("settings.size = ['s', 'm']\nper.output.size = { s = 1, m = 2 }", &[]),
        ("per.output.size = { s = 1, else = 2 }", &[]),
        ("per.output.size = { s = 1, m = 2, l = 3, else = 2 }", &["1:42 no request comes to this `else`: the cells take all that `size` may be"]),
        ("per.output.size = { s = 1, else = { size = { m = 2, l = 3 } } }", &[]),
        ("per.output.size = { s = 1, else = { size = { s = 4, m = 2, l = 3 } } }", &["1:46 no request comes to `s`: `size` is `l`, `m`"]),
        ("per.output.audio = { true = 1 }", &["1:12 `audio` may be `false`, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `audio` in the rule)"]),
        ("per.output.plan = { pro = 1 }", &["1:12 `plan` may be `free`, for which there is no cell (add a cell or mark it `\"not offered\"`)"]),
        ("per.output.steps = { '<= 10' = 1, '<= 20' = 2 }", &["1:12 `steps` may be above 20 up to 50, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `steps` in the rule)"]),
        ("per.output.steps = { '< 10' = 1, 10 = 2, 12 = 3 }", &["1:12 `steps` may be between 10 and 12 or above 12 up to 50, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `steps` in the rule)"]),
        ("per.output.steps = { '<= 10' = 1, '<= 20' = 2, '<= 60' = 3, else = 4 }", &["1:61 no request comes to this `else`: the cells take all that `steps` may be"]),
        ("per.output.steps = { '<= 10' = 1, '<= 50' = 3, 60 = 5 }", &["1:48 no request comes to `60`: `steps` is from 0 to 50"]),
        ("per.output.steps = { '<= 10' = 1, '<= 50' = 3, '< 0' = 5 }", &["1:48 no request comes to `< 0`: `steps` is from 0 to 50"]),
        ("per.output.tokens = { '<= 10' = 1 }", &["1:12 `tokens` may be above 10, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `tokens` in the rule)"]),
        ("settings.steps = { step = 1 }\nper.output.steps = { '< 1' = 1, '<= 49' = 3, 50 = 4 }", &[]),
        ("per.call.count = { 1 = 3, 2 = 5 }", &["1:10 `count` may be from 3 to 1000000, for which there is no cell (add a cell or mark it `\"not offered\"`)"]),
        ("per.call.count = { 1 = 3, else = 5 }", &[]),
        ("per.output.'steps x seconds' = { 10x10 = 5, 50x50 = 6 }", &["1:12 `steps` and `seconds` may be `50` and `60`, which no size covers (add a size, write `else = \"not offered\"`, or narrow `steps` and `seconds` in the rule)"]),
        ("per.output.'steps x seconds' = { 10x10 = 5, 50x60 = 6, else = 7 }", &["1:56 no request comes to this `else`: the sizes cover all"]),
        ("per.second.volume = { '<= 10' = 5 }", &["1:12 the quantity of `second` may be above 10 up to 60000000, for which there is no cell (add a cell for it, or `else`)"]),
        ("per.second.graduated = { '<= 10' = 5, else = 6 }", &[]),
        ("per.second.graduated = { '<= 10' = 5, '<= 1e9' = 6, else = 7 }", &["1:53 no request comes to this `else`: the cells take all that the quantity of `second` may be"]),
        ("per.second.plan = { free = 9, pro = { volume = { '<= 10' = 5 } } }", &["1:39 the quantity of `second` may be above 10 up to 60000000, for which there is no cell (add a cell for it, or `else`)"]),
        ("per.output = 'volume(steps, 10: 5)'", &["1:15 `steps` may be above 10 up to 50, for which there is no tier (add `else: …`)"]),
        ("per.output = 'graduated(steps, 10: 5)'", &["1:15 `steps` may be above 10 up to 50, for which there is no tier (add `else: …`)"]),
        ("per.output = 1\ntimes = [{ by.size = { s = 1, m = 2 } }]", &["2:15 `size` may be `l`, for which there is no cell (add a cell, mark it `\"not offered\"`, or narrow `size` in the rule)"]),
        ("let.kind = \"if steps > 0 then 'some' else 'none'\"\nper.output.kind = { some = 5, all = 1 }", &["2:12 `kind` may be `none`, for which there is no cell (add a cell or mark it `\"not offered\"`)", "2:31 no request comes to `all`: `kind` is `none`, `some`"]),
        ("let.kind.size = { s = \"'small'\", 'm, l' = \"'large'\" }\nper.output.kind = { small = { size = { s = 1 } }, large = { size = { 'm, l' = 1 } } }", &[]),
        ("let.kind.size = { s = \"'small'\", else = 'not offered' }\nper.output.kind = { small = { size = { s = 1 } } }", &[]),
    ]);
}

#[test]
#[rustfmt::skip]
fn conditions_and_counts() {
    tell(&[
        ("per.output = 'if steps > 100 then 1 else 2'", &["1:18 this condition is never true"]),
        ("per.output = 'if steps >= 0 then 1 else 2'", &["1:18 this condition is always true"]),
        ("per.output = \"if size in ('s', 'm', 'l') then 1 else 2\"", &["1:18 this condition is always true"]),
        ("per.output = \"if size = 's' then (if size = 'm' then 1 else 2) else 3\"", &["1:38 this condition is never true"]),
        ("per.output = 1\ntimes = [{ when = 'steps > 60', by = 2 }]", &["2:20 this condition is never true"]),
        ("per.output = 1\ntimes = [{ when = 'steps <= 60', by = 2 }]", &["2:20 this condition is always true"]),
        ("per.output = 1\nplus = [{ when = 'steps > 60', per.output = 2 }]", &["2:19 this condition is never true"]),
        ("per.output = 1\nplus = [{ when = 'steps > 60 or audio', per.output = 2 }]", &[]),
        ("per.output = '100 * count'", &["1:15 `count` counts twice: `per.output` is for each output already (write `per.call`, or leave `count` out)"]),
        ("per.second = '2 * ceil(count / 4)'", &["1:15 `count` counts twice: `per.second` is for each output already (write `per.call`, or leave `count` out)"]),
        ("let.each = 'count * 3'\nper.output = 'each'", &["2:15 `count` counts twice: `per.output` is for each output already (write `per.call`, or leave `count` out)"]),
        ("per.call = '100 * count'", &[]),
        ("per.output = '100 / count'", &[]),
        ("per.output = 'ceil(count / 4) * 10 / count'", &[]),
        ("per.output = 'ceil(count / 4) * (10 / count)'", &[]),
        ("per.output = 'if count > 4 then 5 else 6'", &[]),
        ("let.pair = 'ceil(count / 2)'\nper.pair = 10", &[]),
    ]);
}
