//! Texts with wildcards: `*` for any characters, `?` for exactly one.

/// One position of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// This character.
    Character(char),
    /// Exactly one character (`?`).
    AnyOne,
    /// Any number of characters, also none (`*`).
    AnyMany,
}

impl Symbol {
    /// What a character of a pattern stands for.
    pub(super) fn of_pattern(character: char) -> Self {
        match character {
            '*' => Self::AnyMany,
            '?' => Self::AnyOne,
            plain => Self::Character(plain),
        }
    }
}

/// The symbols of a pattern.
pub(super) fn symbols(pattern: &str) -> Vec<Symbol> {
    pattern.chars().map(Symbol::of_pattern).collect()
}

/// Whether the whole of `text` fits `pattern`.
///
/// On a mismatch only the last `*` can take one more character: an earlier one
/// would but reach the same place, so time is at most the product of lengths.
pub(super) fn matches(pattern: &[Symbol], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut position) = (0, 0);
    let mut retry = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(Symbol::AnyMany) => {
                at += 1;
                retry = Some((at, position));
            }
            Some(Symbol::AnyOne) => {
                at += 1;
                position += 1;
            }
            Some(Symbol::Character(character)) if *character == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((after, from)) = retry else {
                    return false;
                };
                at = after;
                position = from + 1;
                retry = Some((after, position));
            }
        }
    }
    pattern[at..]
        .iter()
        .all(|symbol| *symbol == Symbol::AnyMany)
}
