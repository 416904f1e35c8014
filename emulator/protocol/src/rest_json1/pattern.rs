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
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
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
    let regex = Regex::new(&format!(r"\A(?:{pattern})\z")).ok();
    Compiled {
        pattern,
        regex,
        next: OnceLock::new(),
    }
}

#[cfg(test)]
mod tests {
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
    fn every_pattern_of_the_models_compiles() {
        for pattern in [
            r"^[0-9A-Za-z][A-Za-z0-9\-_]*",
            r"[0-9A-Za-z][A-Za-z0-9\-_]*",
            r"^[a-z][a-z0-9]*$",
            r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            r"[A-Za-z0-9-_=]+\.[A-Za-z0-9-_=]+\.[A-Za-z0-9-_=]+",
        ] {
            assert!(compiled(pattern).is_some(), "{pattern}");
        }
    }
}
