//! Texts of conditions with policy variables such as `${aws:PrincipalTag/team}`.

use super::request::Context;
use super::wildcard::Symbol;

/// Whether `*` and `?` are wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// They match other characters.
    Match,
    /// They are characters like others.
    Literal,
}

/// Whether `${…}` is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variables {
    /// Policies of version 2012-10-17.
    Replace,
    /// Older policies, where it is plain text.
    Literal,
}

/// A text to compare with, once the request is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Symbol(Symbol),
    Variable {
        key: String,
        default: Option<String>,
    },
}

impl Template {
    /// Takes `source` apart. A `${` that is never closed is plain text.
    ///
    /// Source: IAM user guide, "IAM policy elements: Variables and tags".
    pub(super) fn parse(source: &str, wildcards: Wildcards, variables: Variables) -> Self {
        let mut pieces = Vec::new();
        let mut rest = source;
        while let Some(character) = rest.chars().next() {
            if variables == Variables::Replace
                && let Some((inside, after)) = braced(rest)
            {
                pieces.push(variable(inside));
                rest = after;
                continue;
            }
            pieces.push(Piece::Symbol(match wildcards {
                Wildcards::Match => Symbol::of_pattern(character),
                Wildcards::Literal => Symbol::Character(character),
            }));
            rest = &rest[character.len_utf8()..];
        }
        Self { pieces }
    }

    /// The pattern for one request; `None` if a variable has no value there,
    /// in which case nothing equals the text.
    ///
    /// Wildcards in values of the request are characters like others: they
    /// would let a caller widen the policy.
    pub(super) fn resolve(&self, context: &Context) -> Option<Vec<Symbol>> {
        let mut pattern = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Symbol(symbol) => pattern.push(*symbol),
                Piece::Variable { key, default } => {
                    let value = value_of(key, default.as_deref(), context)?;
                    pattern.extend(value.chars().map(Symbol::Character));
                }
            }
        }
        Some(pattern)
    }
}

/// The text inside of a leading `${…}` and what follows it.
fn braced(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

fn variable(inside: &str) -> Piece {
    if let "*" | "?" | "$" = inside {
        return Piece::Symbol(Symbol::Character(inside.chars().next().unwrap_or_default()));
    }
    let with_default = inside.split_once(',').and_then(|(key, default)| {
        let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        Some((key, default))
    });
    match with_default {
        Some((key, default)) => Piece::Variable {
            key: key.trim().to_owned(),
            default: Some(default.to_owned()),
        },
        None => Piece::Variable {
            key: inside.trim().to_owned(),
            default: None,
        },
    }
}

/// Keys with several values cannot be variables.
fn value_of<'a>(key: &str, default: Option<&'a str>, context: &'a Context) -> Option<&'a str> {
    match context.values(key) {
        [value] => Some(value),
        _ => default,
    }
}
