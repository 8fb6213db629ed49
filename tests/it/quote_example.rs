//! What the example `quote` answers: the tour, a quote, the list, and every mistake in the arguments.

use serde_json::Value;

#[path = "../../examples/quote.rs"]
#[expect(dead_code, reason = "what `main` does is to call `answer` and to print")]
pub(crate) mod quote;

const AT: &str = "2026-11-22T12:00:00Z";

/// The answer to a command line, or the text of its error.
fn answer(command: &str) -> Result<String, String> {
    let args = command.split_whitespace().map(str::to_owned);
    quote::answer(args, AT.parse().unwrap()).map_err(|error| error.to_string())
}

/// The same with the book of these tests.
fn by_book(command: &str) -> Result<String, String> {
    answer(&format!("--book tests/data/studio.toml {command}"))
}

#[test]
fn the_tour_shows_every_studio() {
    let tour = answer("").unwrap();
    let first = "\
What generations cost, by ImagineArt's price book.

Images: a table of prices by resolution, times the count.
$ quote image nano-banana-2 --set resolution=2k --count 4
image/nano-banana-2, count 4, resolution = 2k
  4 output x 73.5 = 294
  total 294 credits
  why: the rule for model `nano-banana-2`
";
    assert!(tour.starts_with(first), "{tour}");
    for studio in ["image", "video", "sketch", "voice", "music", "shorts"] {
        let answers = tour.lines().filter(|line| line.starts_with(&format!("{studio}/")));
        assert_eq!(answers.count(), 1, "{studio}\n{tour}");
    }
    assert_eq!(tour, answer("").unwrap());
}

#[test]
fn a_quote_shows_its_lines_and_why() {
    #[rustfmt::skip]
    let table = [
        ("image flux --count 4 --set resolution=2k", "\
image/flux, count 4, resolution = 2k
  4 output x 73.5 = 294
  total 294 credits
  why: the rule for model `flux`
"),
        ("image --tool restyle flux --count 2 --set ratios=1:1|4:3 --fact first=true", "\
image/restyle/flux, count 2, ratios = 1:1|4:3, first = true
  2 output x 49 = 98
  0.5 times x 98 = 49 (style reference)
  total 147 credits (estimate)
  why: the rule for model `flux`; `resolution` is left out, so it is 1k
  note: a stand-in
"),
        ("video kling --plan pro --set duration=7.5 --at 2026-11-23", "\
video/kling, count 1, duration = 7.5, plan = pro
  7.5 second x 10 = 75
  total 75 credits
  why: the rule for model `kling`
"),
        ("video live", "\
video/live, count 1
  2 hour x 60 = 120
  total 120 credits (at most)
  why: the rule for model `live`; `hours` is not known yet
"),
    ];
    for (command, expected) in table {
        assert_eq!(by_book(command).unwrap(), expected, "{command}");
    }
}

#[test]
fn a_quote_in_json_has_its_amounts_as_text() {
    let json: Value =
        serde_json::from_str(&by_book("image flux --count 4 --set resolution=2k --json").unwrap()).unwrap();
    assert_eq!(json["total"], "294");
    let line = &json["lines"][0];
    let shown = ["quantity", "unit", "rate", "amount"].map(|key| line[key].as_str().unwrap());
    assert_eq!(shown, ["4", "output", "73.5", "294"]);
    assert_eq!((&json["quoted_at"], &json["request"]["count"]), (&AT.into(), &4.into()));
}

#[test]
fn the_list_shows_what_there_is() {
    let expected = "\
acme, edition 2026-11

image
  flux: 49 credits, also with text-to-image
  flux: 73.5 credits (estimate), only with restyle
    ratios = at most 3 items, each 1:1 | 4:3
    resolution = 1k | 2k; 1k if left out
  seedream: 24 credits

video
  kling: the price depends on the settings
    duration = 4 to 15 second in steps of 0.5
  live: 120 credits (at most)
    hours = 0 to 2 hour; known after the work

facts
  plan = free | pro; free if left out
  first = true | false; false if left out (no order before)
";
    assert_eq!(by_book("--list").unwrap(), expected);
    let json: Value = serde_json::from_str(&by_book("--list --json").unwrap()).unwrap();
    assert_eq!(json["studios"][0]["models"][0]["offers"][0]["base"]["amount"], "49");
}

#[test]
fn a_mistake_is_told() {
    #[rustfmt::skip]
    let table = [
        ("vidio kling",                          "price book `acme` has no studio `vidio`; did you mean `video`?"),
        ("image flx",                            "studio `image` has no model `flx`; did you mean `flux`?"),
        ("image flux --tool restile",            "model `flux` of studio `image` has no tool `restile`; did you mean `restyle`?"),
        ("image flux --set resolutoin=2k",       "model `flux` has no setting `resolutoin`; did you mean `resolution`?"),
        ("image flux --set resolution=8k",       "`resolution` is `8k`; it may be `1k`, `2k`"),
        ("image flux --plan gold",               "`plan` is `gold`; it may be `free`, `pro`"),
        ("video kling",                          "`duration` is missing, and the price depends on it; it may be a number from 4 to 15 in steps of 0.5"),
        ("image flux --at 2025-12-31",           "`acme` has no price at 2025-12-31T00:00:00Z: its first is from 2026-01-01T00:00:00Z"),
        ("image flux --count 0",                 "count is 0: a request asks for 1 to 1000000 outputs"),
        ("image flux --count -1",                "count is `-1`: it is a number from 1 to 1000000"),
        ("image flux --count 1000001",           "count is 1000001: a request asks for 1 to 1000000 outputs"),
        ("image flux --count 99999999999999999999", "count is `99999999999999999999`: it is a number from 1 to 1000000"),
        ("image flux --count 2 --count 2",       "the count is given twice"),
        ("image flux 2",                         "name one studio and one model, or see `--list` and `--help`"),
        ("image flux --set resolution",          "`--set resolution` has no `=`: write NAME=VALUE"),
        ("image flux --set =2k",                 "setting ``: name is empty: it has 1 to 100 bytes"),
        ("image flux --set a=1 --set a=1",       "setting `a` is given twice"),
        ("image flux --plan pro --fact plan=pro", "fact `plan` is given twice"),
        ("image flux --tool a --tool b",         "the tool is given twice"),
        ("image flux --tool",                    "`--tool` needs a value"),
        ("image flux --tool --json",             "`--tool` needs a value"),
        ("image flux --cuont 2",                 "there is no option `--cuont`; see `--help`"),
        ("image flux --at yesterday",            "`yesterday` is no instant, such as 2026-11-22T12:00:00Z or 2026-11-22"),
        ("image",                                "name one studio and one model, or see `--list` and `--help`"),
        ("--json",                               "name one studio and one model, or see `--list` and `--help`"),
        ("--list image",                         "`--list` lists everything, and takes no `image`"),
    ];
    for (command, expected) in table {
        assert_eq!(by_book(command), Err(expected.to_owned()), "{command}");
    }
    let missing = answer("--book tests/data/nowhere.toml image flux").unwrap_err();
    assert!(missing.starts_with("cannot read book `tests/data/nowhere.toml`: "), "{missing}");
}

#[test]
fn the_faults_of_a_book_are_told_with_their_places() {
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
   = help: did you mean `second`?";
    assert_eq!(answer("--book tests/data/faulty.toml image flux"), Err(expected.to_owned()));
}

#[test]
fn help_names_every_option() {
    let help = answer("image --help").unwrap();
    for option in ["tool", "count", "set", "fact", "plan", "at", "book", "list", "json"] {
        assert!(help.contains(&format!("--{option} ")), "{option}\n{help}");
    }
}
