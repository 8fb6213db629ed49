//! The words and signs that a formula is made of.
use super::FormulaFault;
use crate::{diagnostic::excerpt, number::Number};

/// Words of the language; no name of a setting can be one of them where a value is expected.
const RESERVED: [&str; 15] =
    ["if", "then", "else", "and", "or", "not", "in", "true", "false", "sum", "loop", "from", "to", "inherit", "where"];
/// Longer signs first.
const SYMBOLS: [&str; 17] = ["==", "!=", "<=", ">=", "(", ")", ",", ":", ".", "+", "-", "*", "/", "^", "=", "<", ">"];

/// A piece of a formula and the bytes that it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) lexeme: Lexeme<'a>,
    pub(super) at: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    Number(Number),
    /// What stands between the quotes.
    Text(&'a str),
    Name(&'a str),
    /// A reserved word.
    Word(&'a str),
    Symbol(&'static str),
    End,
}

/// The first token at or after the offset `from`.
pub(super) fn next_token(text: &str, from: usize) -> Result<Token<'_>, FormulaFault> {
    let rest = text.get(from..).unwrap_or_default().trim_start();
    let at = text.len().saturating_sub(rest.len());
    let (lexeme, source) = match rest.chars().next() {
        None => (Lexeme::End, ""),
        Some('0'..='9') => number(rest, at)?,
        Some('a'..='z' | 'A'..='Z' | '_') => word(rest),
        Some(quote @ ('\'' | '"')) => quoted(rest, quote, at)?,
        Some(other) => symbol(rest, other, at)?,
    };
    Ok(Token { lexeme, at, end: at.saturating_add(source.len()) })
}

/// Takes whatever is written together with the digits, so that `2k` is one wrong number.
fn number(rest: &str, at: usize) -> Result<(Lexeme<'_>, &str), FormulaFault> {
    let mut before = None;
    let mut bytes = rest.bytes().peekable();
    let mut length = 0_usize;
    while let Some(byte) = bytes.next() {
        let before_digit = bytes.peek().is_some_and(u8::is_ascii_digit);
        let belongs = match byte {
            b'.' => before_digit,
            b'+' | b'-' => before_digit && matches!(before, Some(b'e' | b'E')),
            _ => is_word_byte(byte),
        };
        if !belongs {
            break;
        }
        before = Some(byte);
        length = length.saturating_add(1);
    }
    let source = rest.get(..length).unwrap_or_default();
    match Number::parse(source) {
        Ok(number) => Ok((Lexeme::Number(number), source)),
        Err(fault) => {
            let message = format!("`{}` is {fault}", excerpt(source));
            Err(FormulaFault::new(at, length, message))
        }
    }
}

fn word(rest: &str) -> (Lexeme<'_>, &str) {
    let length = rest.bytes().take_while(|byte| is_word_byte(*byte)).count();
    let source = rest.get(..length).unwrap_or_default();
    let lexeme = if RESERVED.contains(&source) { Lexeme::Word } else { Lexeme::Name };
    (lexeme(source), source)
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Lexeme<'_>, &str), FormulaFault> {
    let content = rest.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
    let Some((content, _)) = content else {
        let fault = FormulaFault::new(at, rest.len(), "this text is not closed");
        return Err(fault.with_hint(format!("end it with `{quote}`")));
    };
    let length = content.len().saturating_add(2);
    Ok((Lexeme::Text(content), rest.get(..length).unwrap_or_default()))
}

fn symbol(rest: &str, first: char, at: usize) -> Result<(Lexeme<'_>, &str), FormulaFault> {
    if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
        return Ok((Lexeme::Symbol(symbol), symbol));
    }
    let message = format!("`{first}` has no meaning in a formula");
    let fault = FormulaFault::new(at, first.len_utf8(), message);
    let hint = match first {
        '%' => "write a percentage as a factor: `0.2 * x`",
        '&' => "write `and`",
        '|' => "write `or`",
        '!' => "write `not`",
        '?' => "write `if a then b else c`",
        '×' | '·' => "write `*`",
        '÷' => "write `/`",
        '−' | '–' => "write `-`",
        '≤' => "write `<=`",
        '≥' => "write `>=`",
        '≠' => "write `!=`",
        '‘' | '’' | '“' | '”' => "write `'`",
        _ => return Err(fault),
    };
    Err(fault.with_hint(hint))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
