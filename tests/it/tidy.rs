//! The order of the modules and the other rules that no lint knows, read from the files themselves.

mod proof;
mod source;

use std::path::Path;

use toml::de::{DeTable, DeValue};

use self::source::Source;

/// What each module stands on. It may name these, what these stand on, and so on down; nothing else of the crate.
const STANDS_ON: &[(&str, &[&str])] = &[
    ("planted", &[]),
    ("guide", &[]),
    ("diagnostic", &[]),
    ("number", &[]),
    ("formula", &["diagnostic", "number"]),
    ("digest", &[]),
    ("ids", &["diagnostic"]),
    ("credits", &["ids"]),
    ("value", &["credits"]),
    ("text", &["digest", "number", "value"]),
    ("request", &["value", "digest"]),
    ("outcome", &["request"]),
    ("basis", &["request"]),
    ("work", &["request"]),
    ("quoted", &["basis"]),
    ("grant", &["work"]),
    ("spend", &["work", "quoted"]),
    ("settlement", &["outcome", "quoted"]),
    ("plan", &["grant", "spend", "text"]),
    ("journal", &["plan", "settlement"]),
    ("account", &["journal", "planted"]),
    ("store", &["journal"]),
    ("store/conformance", &["account", "store"]),
    ("pricing", &["outcome", "basis", "formula", "text"]),
    ("books", &["pricing", "plan"]),
    ("ledger", &["account", "store", "pricing", "digest", "planted"]),
];

/// What no code in `src` names, why, and the one file that may.
const ABSENT: &[(&str, &str, &str)] = &[
    ("Instant::now", "time is an argument", "src/store/postgres/queue.rs"),
    ("Local::now", "time is an argument", ""),
    ("SystemTime", "time is an argument", ""),
    ("Utc::now", "time is an argument", ""),
    ("std::env", "the caller reads the environment", ""),
    ("std::fs", "the caller does the reading and writing", ""),
    ("std::io", "the caller does the reading and writing", ""),
    ("HashMap", "its order differs from run to run", ""),
    ("HashSet", "its order differs from run to run", ""),
    ("f32", "amounts are exact", ""),
    ("f64", "amounts are exact", "src/value/read.rs"),
];

const BANNED_NAMES: &[&str] = &["types", "utils", "helpers", "common", "errors", "models", "prelude", "mod"];
const MARKERS: &[&str] = &["TODO", "FIXME", "XXX", "dbg!"];
const MACHINE_FOLDERS: &[&str] = &["/home/", "/root/", "/tmp/"];
const DEPENDENCIES: &[&str] = &["chrono", "rust_decimal", "serde", "thiserror", "toml"];
const LINES_MAX: usize = 400;
const WIDTH_MAX: usize = 120;
const DEPTH_MAX: usize = 3;

/// One rule: what is wrong with a file, one sentence a fault.
type Rule = fn(&Source) -> Vec<String>;

const RULES: &[Rule] = &[order, size, name, depth, leftovers, width, absences, growth, machine_paths, dependencies];

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Source::below(root, "src");
    let others = ["Cargo.toml", "README.md", "CHANGELOG.md"];
    sources.extend(others.iter().filter_map(|path| Source::read(root, path)));
    let faults: Vec<String> =
        sources.iter().flat_map(|source| RULES.iter().flat_map(move |rule| rule(source))).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// A module names only what stands below it, by its module and never through the root's exports. A part of a module that
/// has a row of its own goes by that one.
fn order(source: &Source) -> Vec<String> {
    let parts = source.module().unwrap_or_default();
    let Some(&top) = parts.first() else {
        return Vec::new();
    };
    let rows = (1..=parts.len()).rev().map(|depth| parts[..depth].join("/"));
    let Some(module) = rows.into_iter().find(|row| STANDS_ON.iter().any(|&(known, _)| known == row)) else {
        return vec![format!("{}: `{top}` has no row in the table of modules", source.path)];
    };
    faults(source.paths(), source, |path| match path[..] {
        ["crate", other] if other == module || stands_on(&module, other) => None,
        ["crate", other] if STANDS_ON.iter().any(|&(known, _)| known == other) => {
            Some(format!("`{module}` names `{other}`, which does not stand below it"))
        }
        ["crate", other] => Some(format!("`crate::{other}` is no module: name it by its module")),
        _ => None,
    })
}

fn stands_on(module: &str, other: &str) -> bool {
    let row = STANDS_ON.iter().find(|&&(name, _)| name == module);
    row.is_some_and(|(_, below)| below.iter().any(|&name| name == other || stands_on(name, other)))
}

fn size(source: &Source) -> Vec<String> {
    let lines = source.lines().count();
    if source.module().is_none() || lines <= LINES_MAX {
        return Vec::new();
    }
    vec![format!("{}:{lines}: the file is longer than {LINES_MAX} lines", source.path)]
}

fn name(source: &Source) -> Vec<String> {
    let module = source.module().unwrap_or_default();
    let banned = module.iter().filter(|name| BANNED_NAMES.contains(name));
    banned.map(|name| format!("{}: `{name}` names a kind and not a thing", source.path)).collect()
}

fn depth(source: &Source) -> Vec<String> {
    let depth = source.module().unwrap_or_default().len();
    if depth <= DEPTH_MAX {
        return Vec::new();
    }
    vec![format!("{}: the module is {depth} levels deep, {DEPTH_MAX} at most", source.path)]
}

fn leftovers(source: &Source) -> Vec<String> {
    let left = |line: &str| MARKERS.iter().find(|marker| line.contains(**marker)).copied();
    faults(code(source), source, |line| left(line).map(|marker| format!("`{marker}` is left over")))
}

fn width(source: &Source) -> Vec<String> {
    faults(code(source), source, |line| {
        let width = line.chars().count();
        (width > WIDTH_MAX).then(|| format!("{width} characters wide, {WIDTH_MAX} at most"))
    })
}

/// No clock, no I/O, no floats, no hash maps. Tests at the end of a file are free, and so are examples on a page.
fn absences(source: &Source) -> Vec<String> {
    if source.module().is_none() {
        return Vec::new();
    }
    let end = source.lines().find(|&(_, line)| line == "mod tests {").map_or(usize::MAX, |it| it.0);
    let named = source.paths().into_iter().filter(|&(line, _)| line < end);
    faults(named, source, |path| {
        let path = path.join("::");
        let ends = |absent: &str| path == absent || path.ends_with(&format!("::{absent}"));
        let absent = ABSENT.iter().find(|(absent, _, free)| ends(absent) && *free != source.path);
        absent.map(|(absent, reason, _)| format!("`{absent}` has no place here: {reason}"))
    })
}

/// Whoever matches on an enum knows whether it will grow: it says so, or its page says that it is complete.
fn growth(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let enums = code(source).filter_map(|(line, text)| Some((line, (line, text.strip_prefix("pub enum ")?))));
    faults(enums, source, |(line, name)| {
        let mut above = lines[..line - 1].iter().rev().take_while(|line| !line.is_empty());
        let decided = above.any(|line| *line == "#[non_exhaustive]" || line.contains("on purpose"));
        let name = name.trim_end_matches(" {");
        (!decided).then(|| format!("`{name}` is neither `#[non_exhaustive]` nor complete on purpose"))
    })
}

fn machine_paths(source: &Source) -> Vec<String> {
    faults(source.lines(), source, |line| {
        let folder = MACHINE_FOLDERS.iter().find(|folder| line.contains(**folder))?;
        Some(format!("`{folder}` is a path on one machine"))
    })
}

/// The default build has five direct dependencies, and no feature that nobody named.
fn dependencies(source: &Source) -> Vec<String> {
    if source.path != "Cargo.toml" {
        return Vec::new();
    }
    let manifest = DeTable::parse(&source.text).unwrap();
    let table = |name: &str| manifest.get_ref().get(name).and_then(|it| it.get_ref().as_table());
    let flag = |value: &DeValue<'_>, key| value.get(key).and_then(|it| it.get_ref().as_bool());
    let mut needed: Vec<(&str, &DeValue<'_>)> = table("dependencies")
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.get_ref().as_ref(), value.get_ref()))
        .filter(|(_, value)| flag(value, "optional") != Some(true))
        .collect();
    needed.sort_by_key(|&(name, _)| name);
    let names: Vec<&str> = needed.iter().map(|&(name, _)| name).collect();
    let mut faults = Vec::new();
    if names != DEPENDENCIES {
        let (found, wanted) = (names.join(", "), DEPENDENCIES.join(", "));
        faults.push(format!("Cargo.toml: the default build needs {found}; it is to need {wanted}"));
    }
    let loose = needed.iter().filter(|(_, value)| flag(value, "default-features") != Some(false));
    faults.extend(loose.map(|(name, _)| format!("Cargo.toml: `{name}` comes without `default-features = false`")));
    if table("features").is_some_and(|features| features.contains_key("default")) {
        faults.push("Cargo.toml: a feature is on by default".to_owned());
    }
    faults
}

/// The lines of a source file, none of any other.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source.lines().filter(|_| source.module().is_some())
}

/// A sentence with file and line for each item that `wrong` objects to, said once a line.
fn faults<T>(
    items: impl IntoIterator<Item = (usize, T)>,
    source: &Source,
    wrong: impl Fn(T) -> Option<String>,
) -> Vec<String> {
    let items = items.into_iter();
    let mut sentences: Vec<String> =
        items.filter_map(|(line, item)| Some(format!("{}:{line}: {}", source.path, wrong(item)?))).collect();
    sentences.dedup();
    sentences
}
