//! The model's regular expressions, each compiled on first use and kept.

use std::sync::OnceLock;

use regex::Regex;

/// All patterns compiled so far.
static COMPILED: OnceLock<Box<Compiled>> = OnceLock::new();

/// Whether the whole text matches a pattern of the model.
///
/// The model's patterns are not always anchored, but they mean the whole value.
/// A pattern that this library cannot compile restricts nothing; a test makes
/// sure that the models have none.
pub(crate) fn matches(pattern: &'static str, text: &str) -> bool {
    compiled(pattern).is_none_or(|regex| regex.is_match(text))
}

/// One link of a list that only grows, so that readers need no lock.
///
/// The models have a handful of patterns; walking past them costs less than
/// hashing one.
struct Compiled {
    pattern: &'static str,
    regex: Option<Regex>,
    next: OnceLock<Box<Compiled>>,
}

fn compiled(pattern: &'static str) -> Option<&'static Regex> {
    let mut slot = &COMPILED;
    loop {
        // Another thread may fill the slot with another pattern first; then
        // this one goes further down.
        let link = slot.get_or_init(|| Box::new(compile(pattern)));
        if link.pattern == pattern {
            return link.regex.as_ref();
        }
        slot = &link.next;
    }
}

fn compile(pattern: &'static str) -> Compiled {
    let regex = Regex::new(&format!(r"\A(?:{})\z", with_java_classes(pattern))).ok();
    Compiled {
        pattern,
        regex,
        next: OnceLock::new(),
    }
}

/// The services are written in Java, whose `\w` and `\d` are ASCII only.
fn with_java_classes(pattern: &str) -> String {
    pattern
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\d", "[0-9]")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use eks_emulator_api::schema::{Kind, Operation, Shape};
    use eks_emulator_api::{eks, eks_auth, iam, sts};

    use super::*;

    #[test]
    fn a_pattern_has_to_match_from_end_to_end() {
        assert!(matches("[a-z]+", "abc"));
        for text in ["", "abc1", "1abc", "abc\n"] {
            assert!(!matches("[a-z]+", text), "{text:?}");
        }
        assert!(matches("^a|b", "b"));
        assert!(!matches("^a|b", "ab"));
    }

    #[test]
    fn a_pattern_is_compiled_once() {
        let first = compiled("^x$").unwrap();
        compiled("^y$").unwrap();
        assert!(std::ptr::eq(first, compiled("^x$").unwrap()));
    }

    #[test]
    fn word_characters_are_ascii() {
        assert!(matches(r"[\w+=,.@-]+", "a_Z9+=,.@-"));
        for text in ["é", "a/b", "a b", "\u{661}"] {
            assert!(!matches(r"[\w+=,.@-]+", text), "{text}");
            assert!(!matches(r"[\d]*", text), "{text}");
        }
        assert!(matches(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "é \u{661}"));
    }

    #[test]
    fn every_pattern_of_the_models_compiles() {
        let services: [&[&Operation]; 4] = [
            &eks::OPERATIONS,
            &eks_auth::OPERATIONS,
            &iam::OPERATIONS,
            &sts::OPERATIONS,
        ];
        let mut found = BTreeSet::new();
        for operation in services.into_iter().flatten() {
            collect(operation.input, &mut found);
            collect(operation.output, &mut found);
        }
        assert!(found.len() > 20, "the patterns are found");
        for pattern in found {
            assert!(compiled(pattern).is_some(), "{pattern}");
        }
    }

    /// Adds all patterns reachable from a shape.
    fn collect(shape: &'static Shape, found: &mut BTreeSet<&'static str>) {
        match &shape.kind {
            Kind::Structure(members) => members
                .iter()
                .for_each(|member| collect(member.shape, found)),
            Kind::List { member, .. } => collect(member, found),
            Kind::Map { key, value, .. } => {
                collect(key, found);
                collect(value, found);
            }
            Kind::String { pattern, .. } => found.extend(pattern),
            _ => {}
        }
    }
}
