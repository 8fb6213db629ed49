//! The reading of a formula, one token ahead, within the limits that every formula keeps.
use super::{
    FormulaFault, Kind, Node,
    token::{Lexeme, Token, next_token},
};
use crate::diagnostic::excerpt;

const TEXT_BYTES_MAX: usize = 4_096;
const DEPTH_MAX: usize = 64;
const NODES_MAX: usize = 1_000;

/// A formula being read: what comes next, and how much was read.
pub(super) struct Parser<'a> {
    text: &'a str,
    pub(super) next: Token<'a>,
    /// Where the last token taken ends.
    end: usize,
    depth: usize,
    nodes: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, FormulaFault> {
        if text.len() > TEXT_BYTES_MAX {
            let length = text.len();
            let message = format!("{length} bytes: a formula has at most {TEXT_BYTES_MAX}");
            return Err(FormulaFault::new(0, length, message));
        }
        Ok(Self { text, next: next_token(text, 0)?, end: 0, depth: 0, nodes: 0 })
    }

    pub(super) fn name(&mut self) -> Result<Box<str>, FormulaFault> {
        match self.next.lexeme {
            Lexeme::Name(_) => self.key("a name"),
            Lexeme::Word(_) => Err(self.expected("a name").with_hint("this word is reserved")),
            _ => Err(self.expected("a name")),
        }
    }

    /// A name where no other word can stand, so that a reserved word will do.
    pub(super) fn key(&mut self, what: &str) -> Result<Box<str>, FormulaFault> {
        match self.next.lexeme {
            Lexeme::Name(name) | Lexeme::Word(name) => {
                self.advance()?;
                Ok(name.into())
            }
            _ => Err(self.expected(what)),
        }
    }

    pub(super) fn close(&mut self) -> Result<(), FormulaFault> {
        if self.accept(")")? { Ok(()) } else { Err(self.expected("`,` or `)`")) }
    }

    pub(super) fn expect(&mut self, wanted: &str) -> Result<(), FormulaFault> {
        if self.accept(wanted)? { Ok(()) } else { Err(self.expected(&format!("`{wanted}`"))) }
    }

    pub(super) fn accept(&mut self, wanted: &str) -> Result<bool, FormulaFault> {
        let is_next = self.is_next(wanted);
        if is_next {
            self.advance()?;
        }
        Ok(is_next)
    }

    pub(super) fn is_next(&self, wanted: &str) -> bool {
        matches!(self.next.lexeme, Lexeme::Word(next) | Lexeme::Symbol(next) if next == wanted)
    }

    /// Whether the words `item in list` come next, and not the first of some values.
    pub(super) fn is_fold(&self) -> bool {
        let after = |end| next_token(self.text, end).ok();
        matches!(self.next.lexeme, Lexeme::Name(_))
            && after(self.next.end).is_some_and(|word| {
                word.lexeme == Lexeme::Word("in")
                    && after(word.end).is_some_and(|list| matches!(list.lexeme, Lexeme::Name(_)))
            })
    }

    pub(super) fn advance(&mut self) -> Result<Token<'a>, FormulaFault> {
        let token = self.next;
        self.end = token.end;
        self.next = next_token(self.text, token.end)?;
        Ok(token)
    }

    pub(super) fn nested(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<Node, FormulaFault>,
    ) -> Result<Node, FormulaFault> {
        if self.depth > DEPTH_MAX {
            return Err(self.fault(format!("nested more than {DEPTH_MAX} deep")));
        }
        self.depth = self.depth.saturating_add(1);
        let node = parse(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(node)
    }

    /// The node with the bytes around it: from `at` to the end of the last token.
    pub(super) fn widened(&self, node: Node, at: usize) -> Node {
        Node { at, length: self.end.saturating_sub(at), ..node }
    }

    /// A node from `at` to the end of the last token.
    pub(super) fn node(&mut self, kind: Kind, at: usize) -> Result<Node, FormulaFault> {
        self.count(1)?;
        Ok(Node { kind, at, length: self.end.saturating_sub(at) })
    }

    pub(super) fn count(&mut self, nodes: usize) -> Result<(), FormulaFault> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODES_MAX {
            return Err(self.fault(format!("a formula has at most {NODES_MAX} parts")));
        }
        Ok(())
    }

    pub(super) fn expected(&self, what: &str) -> FormulaFault {
        let found = match self.text.get(self.next.at..self.next.end) {
            None | Some("") => "the end".to_owned(),
            Some(found) => format!("`{}`", excerpt(found)),
        };
        self.fault(format!("expected {what}, found {found}"))
    }

    /// A fault at the next token.
    pub(super) fn fault(&self, message: impl Into<String>) -> FormulaFault {
        let Token { at, end, .. } = self.next;
        FormulaFault::new(at, end.saturating_sub(at), message)
    }
}
