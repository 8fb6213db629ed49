//! A formula of which nothing is told has a price for every request that the book allows.
//!
//! The same formulas are tried each time. `CHECK_SEED` tries others, and `CHECK_FORMULAS` so many of them.

use std::env;

use studio_credits::{
    GenerationRequest, Value,
    pricing::{CostEngine, PriceBook},
};

const BOOK: &str = "\
name = 'chance'
edition = '1'
unit = 'credits'
[settings]
steps = { min = 0, max = 9, default = 5 }
shift = { min = -4, max = 4, default = 1 }
size = { values = [0.5, 2, 3], default = 2 }
parts = { min = 1, max = 3, step = 1, default = 1 }
kind = { values = ['a', 'b', 'c'], default = 'a' }
audio = { default = false }
[[rule]]
studio = 'x'
model = 'used'
per.call = \"max(0, steps + shift + size + parts) + (if audio or kind = 'a' then 1 else 2)\"
[[rule]]
studio = 'x'
model = 'm'
settings = ['steps', 'shift', 'size', 'parts', 'kind', 'audio']
";

#[test]
fn a_formula_of_which_nothing_is_told_always_has_a_price() {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (seed, formulas) = (number("CHECK_SEED", 1), number("CHECK_FORMULAS", 400));
    let at = "2026-11-23T00:00:00Z".parse().unwrap();
    let (mut good, mut warned) = (0, [0, 0]);
    for seed in seed..seed + formulas {
        let mut chance = Chance(seed);
        let formula = chance.number(4);
        let text = format!("{BOOK}per.call = \"{formula}\"\n");
        let Ok(engine) = PriceBook::parse(&text).and_then(|book| CostEngine::new(&book)) else { continue };
        let found = PriceBook::check_file("", &text);
        let refused = (0..60).map(|_| chance.request()).find(|request| engine.price(request, at).is_err());
        if !found.is_empty() {
            warned[usize::from(refused.is_some())] += 1;
            continue;
        }
        good += 1;
        if let Some(request) = refused {
            let error = engine.price(&request, at).unwrap_err();
            panic!(
                "{formula}\n{error}\n{request:?}\nagain: CHECK_SEED={seed} CHECK_FORMULAS=1 cargo test --test it -- {}",
                "check::formulas --nocapture"
            );
        }
    }
    // Most of what is told is true: there is a request that is refused.
    let [idle, refused] = warned;
    assert!(good > formulas / 4 && refused > 5 * idle, "{good} good, {refused} refused, {idle} warned of in vain");
}

/// Makes formulas and requests, the same for the same number.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of(&mut self, from: &[&str]) -> String {
        from[self.below(from.len())].to_owned()
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(6) == 0 {
            return self.of(&["steps", "shift", "size", "parts", "1", "2", "0.5", "7", "steps", "parts"]);
        }
        let deeper = depth - 1;
        let mut inner = || self.number(deeper);
        let (a, b, c) = (inner(), inner(), inner());
        match self.below(20) {
            0 | 1 => format!("({a}) + ({b})"),
            2 | 3 => format!("({a}) - ({b})"),
            4 | 5 => format!("({a}) * ({b})"),
            6 | 7 => format!("({a}) / ({b})"),
            8 => format!("min({a}, {b})"),
            9 => format!("max({a}, {b})"),
            10 => format!("clamp({a}, {b}, {c})"),
            11 => format!("ceil({a})"),
            12 => format!("floor({a}, {b})"),
            13 => format!("blocks({a}, {b})"),
            14 => format!("sqrt({a}, 4)"),
            15 => format!("({a}) ^ 2"),
            16 => format!("volume({a}, 3: {b}, else: {c})"),
            17 => format!("graduated({a}, 3: {b}, 9: {c})"),
            _ => format!("(if {} then {a} else {b})", self.condition(deeper)),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(4) == 0 {
            return self.of(&["audio", "kind = 'a'", "kind in ('a', 'b')", "steps > 0", "size != 2", "shift < 0"]);
        }
        let (one, other) = (self.condition(depth - 1), self.condition(depth - 1));
        match self.below(6) {
            0 => format!("({one}) and ({other})"),
            1 => format!("({one}) or ({other})"),
            2 => format!("not ({one})"),
            _ => {
                let operator = self.of(&["<", "<=", ">", ">=", "=", "!="]);
                format!("{} {operator} {}", self.number(depth - 1), self.number(0))
            }
        }
    }

    fn request(&mut self) -> GenerationRequest {
        let number = |text: String| Value::from(text.as_str());
        let settings = [
            ("steps", number(self.of(&["0", "1", "2.5", "5", "9", "0.25"]))),
            ("shift", number(self.of(&["-4", "-1", "0", "1", "3.5", "4"]))),
            ("size", number(self.of(&["0.5", "2", "3"]))),
            ("parts", number(self.of(&["1", "2", "3"]))),
            ("kind", Value::from(self.of(&["a", "b", "c"]).as_str())),
            ("audio", Value::from(self.below(2) == 0)),
        ];
        let request = GenerationRequest::new("x", "m").unwrap();
        settings.into_iter().fold(request, |request, (name, value)| request.with_setting(name, value).unwrap())
    }
}
