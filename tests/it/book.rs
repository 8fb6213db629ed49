//! Books written out: the canonical text, what it quotes and escapes, and that it reads back to an equal book.

use rust_decimal::Decimal;
use studio_credits::pricing::{CostEngine, Exactness, Price, PriceBook, PricingRule, Round, Rounding, Setting};
use studio_credits::{Value, books};

/// Every key of the language, in an order, a spelling and a layout of its own.
const AS_A_PERSON_WRITES_IT: &str = r#"
unit = "credits"      # comments are not kept
edition = '2026-11'
name = "acme"
note = """
two
lines"""
round = { half_up = 0.50 }
charge = { failed = "all", partial = "nothing", blocked = "nothing", cancelled = "all", empty = "delivered" }
quote_minutes = "30"
convert = { USD = 1000.0, "EUR.x" = "0.5" }
until = 2027-01-01T01:00:00.25+01:00
from = 2026-11-22

[facts.plan]
values = ["free", "pro"]
default = "free"

[settings]
resolution = { default = "1k", values = ["1k", 2, true, "0.50"], type = "choice" }
seconds = { step = 0.5, min = 1, max = 60.0, unit = "second", measured = true, note = "billed" }
style = ["a", "b"]
stages = { items = { fields = { kind = ["x"], steps = { min = 1 } } }, max_items = 8, default = [{ kind = "x" }, []] }

[let]
margin = 1.30
free_size = "free"

[let.size.resolution]
1k = "'small'"
else = "'large'"

[[rule]]
free = false
studio = "image"
models = [
  { per.output = 5, model = "flux-dev" },
  { model = ["a", "b"], free = true, settings = ["style"], when = true },
  { model = "c", per.output.resolution = { "1k" = 1, "2" = { plan = { free = "not offered", pro = 7 } } } },
]
tool = ["text-to-image", "image-editor"]

[[rule]]
studio = "video"
model = "kling-3.0"
note = "n"
charge.empty = "all"
exactness = "at most"
maximum = 1000000
each = { round = { up = 1 }, maximum = "x", minimum = 2 }
minimum.resolution = { 1k = 1, else = "2.5" }
plus = [{ what = "audio", when = "audio", per = { call = 1, output = 2 } }, { per.output = 1 }]
times = [{ by.plan = { free = 1, pro = 0.5 }, what = "plan" }]
let.x = "seconds * 2"
settings.resolution = ["1k"]
settings.style = {}
unit = "tokens"
like = "text-to-video"
from = 2026-11-22T12:00:00Z
name = "Kling \"3\""
tool = "restyle"
per = { second = "0.05", call = "free" }
round.up = 1

[[example]]
costs = 294.0
at = 2026-12-31T23:59:59Z
facts.plan = "pro"
settings = { resolution = "2k", b = [1, { c = 0.25 }], a = false }
count = 4
model = "flux-dev"
tool = "image-editor"
studio = "image"

[[example]]
studio = "image"
model = "flux-dev"
count = 1
costs = "0.5"
"#;

const WRITTEN: &str = r#"name = "acme"
edition = "2026-11"
unit = "credits"
from = 2026-11-22
until = 2027-01-01T00:00:00.250Z
quote_minutes = 30
round.half_up = "0.5"
charge.partial = "nothing"
charge.failed = "all"
charge.blocked = "nothing"
charge.cancelled = "all"
charge.empty = "delivered"
convert.USD = 1000
convert."EUR.x" = "0.5"
note = "two\nlines"

[settings]
resolution = { type = "choice", values = ["1k", 2, true, "0.50"], default = "1k" }
seconds = { unit = "second", min = 1, max = 60, step = "0.5", measured = true, note = "billed" }
style = ["a", "b"]
stages = { default = [{ kind = "x" }, []], max_items = 8, items = { fields = { kind = ["x"], steps = { min = 1 } } } }

[facts]
plan = { values = ["free", "pro"], default = "free" }

[let]
margin = "1.30"
free_size = "free"
size.resolution = { 1k = "'small'", else = "'large'" }

[[rule]]
studio = "image"
tool = ["text-to-image", "image-editor"]
models = [
  { model = "flux-dev", per.output = 5 },
  { model = ["a", "b"], when = "true", settings = ["style"], free = true },
  { model = "c", per.output.resolution = { 1k = 1, 2.plan = { free = "not offered", pro = 7 } } },
]

[[rule]]
name = "Kling \"3\""
studio = "video"
tool = "restyle"
model = "kling-3.0"
from = 2026-11-22T12:00:00Z
like = "text-to-video"
unit = "tokens"
settings.resolution = ["1k"]
settings.style = {}
let.x = "seconds * 2"
per.second = "0.05"
per.call = "free"
times = [
  { what = "plan", by.plan = { free = 1, pro = "0.5" } },
]
plus = [
  { what = "audio", when = "audio", per.call = 1, per.output = 2 },
  { what = "addition", per.output = 1 },
]
each.minimum = 2
each.maximum = "x"
each.round.up = 1
minimum.resolution = { 1k = 1, else = "2.5" }
maximum = 1000000
round.up = 1
exactness = "at most"
charge.empty = "all"
note = "n"

[[example]]
studio = "image"
tool = "image-editor"
model = "flux-dev"
count = 4
settings = { a = false, b = [1, { c = "0.25" }], resolution = "2k" }
facts = { plan = "pro" }
at = 2026-12-31T23:59:59Z
costs = 294

[[example]]
studio = "image"
model = "flux-dev"
costs = "0.5"
"#;

#[test]
fn there_is_one_way_to_write_each_thing() {
    let book = PriceBook::parse(AS_A_PERSON_WRITES_IT).unwrap();
    assert_eq!(book.to_toml(), WRITTEN);
    assert_reads_back(&book);
}

#[test]
fn a_book_that_says_nothing_reads_back_as_it_is() {
    let book = PriceBook::new("b", "e", "u");
    assert_eq!(book.to_toml(), "name = \"b\"\nedition = \"e\"\nunit = \"u\"\n");
    let book =
        book.with_rule(PricingRule::default()).with_rule(PricingRule::family("s").with_member(PricingRule::default()));
    assert!(book.to_toml().ends_with("\n\n[[rule]]\n\n[[rule]]\nstudio = \"s\"\nmodels = [\n  {},\n]\n"));
    assert_reads_back(&book);
}

#[test]
fn whole_numbers_are_bare_and_all_others_in_quotes() {
    #[rustfmt::skip]
    let table = [
        ("0",                    "0"),
        ("5",                    "5"),
        ("-5",                   "-5"),
        ("999999999999999999",   "999999999999999999"),
        ("1000000000000000000",  r#""1000000000000000000""#),
        ("73.5",                 r#""73.5""#),
        ("73.50",                r#""73.50""#),
        ("05",                   r#""05""#),
        ("-0",                   r#""-0""#),
        ("+5",                   r#""+5""#),
        ("-",                    r#""-""#),
        ("",                     r#""""#),
        ("1_000",                r#""1_000""#),
        ("1e3",                  r#""1e3""#),
        ("5 ",                   r#""5 ""#),
        ("true",                 r#""true""#),
        ("free",                 r#""free""#),
        ("2 * seconds",          r#""2 * seconds""#),
    ];
    for (price, written) in table {
        let book = of_rule(PricingRule::new("s", "m").per("output", price));
        assert_last_line(&book, &format!("per.output = {written}"));
    }
    #[rustfmt::skip]
    let table = [
        (Value::from(5),                                  "5"),
        (Value::from("5.0"),                              r#""5.0""#),
        (Value::from("-1.25"),                            r#""-1.25""#),
        (Value::from(u64::MAX),                           r#""18446744073709551615""#),
        (Value::from(Decimal::MAX),                       r#""79228162514264337593543950335""#),
        (Value::from(Decimal::new(-1, 28)),               r#""-0.0000000000000000000000000001""#),
        (Value::from(true),                               "true"),
        (Value::from("1k"),                               r#""1k""#),
        (Value::from(Vec::<Value>::new()),                "[]"),
        (Value::from(vec![1, 2]),                         "[1, 2]"),
        (Value::record([("b c", 1), ("a", 2)]).unwrap(),  r#"{ a = 2, "b c" = 1 }"#),
    ];
    for (value, written) in table {
        let book = PriceBook::new("b", "e", "u").with_fact("f", Setting::flag().with_default(value));
        assert_last_line(&book, &format!(r#"f = {{ type = "flag", default = {written} }}"#));
    }
}

#[test]
fn keys_are_quoted_and_texts_escaped_where_toml_needs_it() {
    #[rustfmt::skip]
    let table = [
        ("kling-3_0",          "kling-3_0",                 r#""kling-3_0""#),
        ("3",                  "3",                         "3"),
        ("-1",                 "-1",                        "-1"),
        ("kling-3.0",          r#""kling-3.0""#,            r#""kling-3.0""#),
        ("<= 10",              r#""<= 10""#,                r#""<= 10""#),
        ("",                   r#""""#,                     r#""""#),
        (" ",                  r#"" ""#,                    r#"" ""#),
        ("größe 大",           r#""größe 大""#,             r#""größe 大""#),
        ("it's",               r#""it's""#,                 r#""it's""#),
        ("say \"hi\"",         r#""say \"hi\"""#,           r#""say \"hi\"""#),
        ("c:\\u0041",          r#""c:\\u0041""#,            r#""c:\\u0041""#),
        ("a\nb\r\n\tc",        r#""a\nb\u000D\n\tc""#,      r#""a\nb\u000D\n\tc""#),
        ("\0\u{1b}\u{7f}\u{85}", r#""\u0000\u001B\u007F\u0085""#, r#""\u0000\u001B\u007F\u0085""#),
        ("# no comment",       r##""# no comment""##,       r##""# no comment""##),
        ("\"\"\"",             r#""\"\"\"""#,               r#""\"\"\"""#),
    ];
    for (name, key, text) in table {
        let price = Price::by(name, [(name, Price::by(name, [(name, name)]))]);
        let book = of_rule(PricingRule::family("s").with_let(name, price.clone()).per(name, price));
        assert_last_line(&book, &format!("per.{key}.{key} = {{ {key}.{key} = {{ {key} = {text} }} }}"));
        let values = [name, name];
        let setting = Setting::record([(name, Setting::choice(values))]).with_unit(name).with_default(name);
        let rule = PricingRule::new(name, name)
            .with_model(name)
            .with_tool(name)
            .with_name(name)
            .with_note(name)
            .like(name)
            .in_unit(name)
            .when(name)
            .with_setting(name, setting.clone())
            .times(name, name, name)
            .plus(name, name, name, name);
        let book = PriceBook::new("b", "e", "u").with_setting(name, setting).with_rule(rule).with_note(name);
        assert_reads_back(&book);
    }
}

#[test]
fn a_difference_of_two_books_is_one_of_lines() {
    let book = |price| {
        let member = |model, price: &str| PricingRule::new("image", model).per("output", price);
        of_rule(PricingRule::family("image").with_member(member("a", "5")).with_member(member("b", price)))
    };
    let (old, new) = (book("10").to_toml(), book("12").to_toml());
    let changed: Vec<_> = old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(changed, [(r#"  { model = "b", per.output = 10 },"#, r#"  { model = "b", per.output = 12 },"#)]);
}

#[test]
fn a_member_names_its_studio_only_where_it_differs() {
    let member = |studio| PricingRule::new(studio, "m").free();
    let book = of_rule(PricingRule::family("image").with_member(member("image")).with_member(member("video")));
    assert!(book.to_toml().contains("  { model = \"m\", free = true },\n  { studio = \"video\", model = \"m\""));
    assert_reads_back(&book);
}

#[test]
fn everything_that_a_builder_says_is_written() {
    let at = |text: &str| text.parse().unwrap();
    let rule = PricingRule::new("s", "m")
        .from(at("2026-11-22T00:00:00Z"))
        .until(at("2026-11-22T00:00:00.000001Z"))
        .with_exactness(Exactness::Estimate)
        .with_minimum(3)
        .with_maximum(Price::by("a", [("x", Price::free()), ("y", Price::not_offered())]))
        .rounded(Round::new(Rounding::HalfEven, "0.10".parse().unwrap()));
    let items = Setting::record([("n", Setting::number(1, 2).with_step(1).measured())]);
    let book = PriceBook::new("b", "e", "u")
        .from(at("2026-01-01T00:00:00Z"))
        .until(at("2027-01-01T00:00:00.5Z"))
        .with_quote_minutes(5)
        .rounded(Round::new(Rounding::Down, 25.into()))
        .with_setting("list", Setting::list(items, 3))
        .with_setting("empty", Setting::default())
        .with_rule(rule);
    let written = r#"name = "b"
edition = "e"
unit = "u"
from = 2026-01-01
until = 2027-01-01T00:00:00.500Z
quote_minutes = 5
round.down = 25

[settings]
list = { type = "list", max_items = 3, items = { type = "record", fields = { n = { type = "number", min = 1, max = 2, step = 1, measured = true } } } }
empty = {}

[[rule]]
studio = "s"
model = "m"
from = 2026-11-22
until = 2026-11-22T00:00:00.000001Z
minimum = 3
maximum.a = { x = "free", y = "not offered" }
round.half_even = "0.1"
exactness = "estimate"
"#;
    assert_eq!(book.to_toml(), written);
    assert_reads_back(&book);
}

#[test]
fn the_books_of_the_language_and_the_shipped_one_read_back() {
    let head = "name = 'b'\nedition = 'e'\nunit = 'u'\n";
    let language = include_str!("../../src/pricing/language.md");
    let blocks: Vec<_> = language.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5);
    for block in blocks {
        let text = if block.starts_with("name") { block.to_owned() } else { format!("{head}{block}") };
        assert_reads_back(&PriceBook::parse(&text).unwrap());
    }
    assert_reads_back(&books::imagineart());
}

#[test]
fn the_checksum_is_the_fnv_1a_hash_of_the_text() {
    let checksum = |book: &PriceBook| CostEngine::new(book).unwrap().checksum("e").unwrap().to_string();
    let book = of_rule(PricingRule::new("s", "m").per("output", 5));
    let mut hash: u64 = 14_695_981_039_346_656_037;
    for byte in book.to_toml().into_bytes() {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(1_099_511_628_211);
    }
    assert_eq!(checksum(&book), format!("{hash:016x}"));

    let spaced = format!("# the same book\n{}", book.to_toml().replace(" = ", "   =   "));
    assert_eq!(checksum(&PriceBook::parse(&spaced).unwrap()), checksum(&book));
    let dearer = of_rule(PricingRule::new("s", "m").per("output", 6));
    assert_ne!(checksum(&dearer), checksum(&book));
}

fn of_rule(rule: PricingRule) -> PriceBook {
    PriceBook::new("b", "e", "u").with_rule(rule)
}

#[track_caller]
fn assert_last_line(book: &PriceBook, expected: &str) {
    assert_eq!(book.to_toml().lines().last(), Some(expected));
    assert_reads_back(book);
}

#[track_caller]
fn assert_reads_back(book: &PriceBook) {
    let text = book.to_toml();
    let read = PriceBook::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(read == *book, "another book is read back from\n{text}");
    assert_eq!(read.to_toml(), text);
}
