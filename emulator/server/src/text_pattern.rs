//! Texts with `*` for anything: how rules and filters name what they are for.

use eks_emulator_core::text_pattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text with `*` for anything, or several of which one has to match.
///
/// ```
/// use eks_emulator::TextPattern;
///
/// let pattern = TextPattern::any_of(["CreateAddon", "Update*"]);
/// assert!(pattern.matches("UpdateAddon"));
/// assert!(!pattern.matches("DeleteAddon"));
/// ```
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub enum TextPattern {
    /// A text.
    One(String),
    /// Several texts.
    AnyOf(Vec<String>),
}

impl TextPattern {
    /// Several texts of which one has to match.
    pub fn any_of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::AnyOf(texts.into_iter().map(Into::into).collect())
    }

    /// The texts.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::AnyOf(texts) => texts,
        }
    }

    /// Whether one of the texts matches all of `text`.
    pub fn matches(&self, text: &str) -> bool {
        let matches_one = |pattern: &String| text_pattern::matches(pattern, text);
        self.texts().iter().any(matches_one)
    }

    /// Whether each text stands for one of `words`; a text that does not is `what`:
    /// whoever has mistyped one would wait in vain, or take it that nothing
    /// has happened.
    ///
    /// Errors: a sentence, with the word that was nearly meant.
    pub(crate) fn check(&self, words: &[&str], what: &str) -> Result<(), String> {
        let is_known = |text: &&String| {
            words
                .iter()
                .any(|word| text_pattern::matches(text.as_str(), word))
        };
        let Some(text) = self.texts().iter().find(|text| !is_known(text)) else {
            return Ok(());
        };
        let likeness =
            |word: &str| strsim::jaro_winkler(&word.to_lowercase(), &text.to_lowercase());
        let nearest = words
            .iter()
            .map(|word| (likeness(word), word))
            .max_by(|one, other| one.0.total_cmp(&other.0));
        Err(match nearest {
            Some((likeness, word)) if likeness > LIKE && !text.contains('*') => {
                format!("{text} is {what}; did you mean {word}?")
            }
            _ => format!("{text} is {what}"),
        })
    }
}

/// How alike a word and the one that was meant are at least.
const LIKE: f64 = 0.8;

impl From<&str> for TextPattern {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::TextPattern;

    #[test]
    fn a_star_stands_for_anything_and_nothing() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "demo"),
            ("Create*", "CreateAddon"),
            ("*Addon", "CreateAddon"),
            ("*e*d*", "CreateAddon"),
            ("a*a*b", "aaab"),
            ("demo", "demo"),
        ] {
            assert!(TextPattern::from(pattern).matches(text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("Create*", "create"),
            ("*Addon", "CreateAddons"),
            ("", "demo"),
            ("demo", "demos"),
            ("a*b", "ba"),
        ] {
            assert!(
                !TextPattern::from(pattern).matches(text),
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn one_of_several_is_enough() {
        let pattern: TextPattern = serde_json::from_str(r#"["CreateAddon","Update*"]"#).unwrap();
        assert!(pattern.matches("CreateAddon"));
        assert!(pattern.matches("UpdateAddon"));
        assert!(!pattern.matches("DeleteAddon"));
        let error = serde_json::from_str::<TextPattern>("1").unwrap_err();
        assert_eq!(error.to_string(), "expected a text or a list of texts");
    }
}
