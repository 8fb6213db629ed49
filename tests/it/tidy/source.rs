//! A file as the rules see it: its lines, and every path that its code names.

use std::fs;
use std::path::Path;

/// A file of the repository, or one made up by a test.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Every file below `folder`, in the order of their paths.
    pub(crate) fn below(root: &Path, folder: &str) -> Vec<Self> {
        let mut names: Vec<String> = fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().display()))
            .collect();
        names.sort();
        names
            .iter()
            .flat_map(|path| {
                if root.join(path).is_dir() {
                    return Self::below(root, path);
                }
                Self::read(root, path).into_iter().collect()
            })
            .collect()
    }

    /// One file, or nothing where there is none.
    pub(crate) fn read(root: &Path, path: &str) -> Option<Self> {
        let text = fs::read_to_string(root.join(path)).ok()?;
        Some(Self { path: path.to_owned(), text })
    }

    /// The module that the file holds: `["pricing", "rule"]`, nothing for `lib.rs`, `None` if it is no code.
    pub(crate) fn module(&self) -> Option<Vec<&str>> {
        let module = self.path.strip_prefix("src/")?.strip_suffix(".rs")?;
        Some(module.split('/').filter(|name| *name != "lib").collect())
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Every path that the code names, with its line: `use` groups taken apart, `self` and `super` followed, and
    /// after each path its continuations (`["std"]`, `["std", "fs"]`).
    pub(crate) fn paths(&self) -> Vec<(usize, Vec<&str>)> {
        let tokens = tokens(&self.text);
        let token = |at: usize| tokens.get(at).map_or("", |&(_, token)| token);
        let mut here = vec!["crate"];
        here.extend(self.module().unwrap_or_default());
        let mut open: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
        let mut path: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for (at, &(line, name)) in tokens.iter().enumerate() {
            match name {
                "::" => continue,
                "{" => {
                    open.push((here.clone(), path.clone()));
                    if at > 1 && token(at - 2) == "mod" {
                        here.push(token(at - 1));
                    }
                    continue;
                }
                "}" => {
                    here = open.pop().map_or(here, |(outside, _)| outside);
                    path.clear();
                    continue;
                }
                "," => {
                    path = open.last().map_or_else(Vec::new, |(_, group)| group.clone());
                    continue;
                }
                "self" if path.is_empty() => path.clone_from(&here),
                "super" if path.is_empty() => path = here[..here.len() - 1].to_vec(),
                "self" => {}
                "super" => {
                    path.pop();
                }
                name if name == "*" || is_word(name) => path.push(name),
                _ => path.clear(),
            }
            if !path.is_empty() {
                found.push((line, path.clone()));
            }
            if token(at + 1) != "::" {
                path.clear();
            }
        }
        found
    }
}

/// Words, `::` and single signs, with their lines; comments, texts and characters left out.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let skipped = blank(rest);
        let length = match skipped {
            Some(length) => length,
            None if rest.starts_with("::") => 2,
            None if is_word(rest) => rest.find(|c| !is_word_part(c)).unwrap_or(rest.len()),
            None => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        if skipped.is_none() && !first.is_whitespace() {
            found.push((line, token));
        }
        line += token.matches('\n').count();
        rest = after;
    }
    found
}

/// How long the comment, the text or the character is that `rest` begins with, if it does.
fn blank(rest: &str) -> Option<usize> {
    let until = |open: usize, close: &str| {
        let end = rest.get(open..).and_then(|body| body.find(close));
        Some(end.map_or(rest.len(), |end| open + end + close.len()))
    };
    let raw = rest.trim_start_matches('b').strip_prefix('r').unwrap_or_default();
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let mut chars = rest.chars();
    match (chars.next()?, chars.next(), chars.next()) {
        ('/', Some('/'), _) => until(2, "\n"),
        ('/', Some('*'), _) => until(2, "*/"),
        ('\'', Some('\\'), _) => until(3, "'"),
        ('\'', Some(character), Some('\'')) => Some(character.len_utf8() + 2),
        ('b' | 'r', ..) if raw[hashes..].starts_with('"') => {
            let open = rest.len() - raw.len() + hashes + 1;
            until(open, &format!("\"{}", "#".repeat(hashes)))
        }
        ('"', ..) => {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|&(_, c)| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            Some(end.map_or(rest.len(), |(at, _)| at + 1))
        }
        _ => None,
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(is_word_part)
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
