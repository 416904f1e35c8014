//! What is wrong with a seed, and where.

use serde_json::{Value, json};

use super::source::{Place, Places};

/// Something that is wrong with a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// Where, as a JSON pointer, for example
    /// `/clusters/0/addons/1/addonName`.
    pub pointer: String,
    /// The line of the text, counted from one; `None` if there is no text.
    pub line: Option<usize>,
    /// The column of the text in characters, counted from one.
    pub column: Option<usize>,
    /// What, as a sentence without a full stop.
    pub message: String,
}

impl Mistake {
    /// A mistake whose place in a text is not known, or not known yet.
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            line: None,
            column: None,
            message: message.into(),
        }
    }

    /// The same mistake, with the place that `places` knows.
    pub(crate) fn located(mut self, places: &Places) -> Self {
        if self.line.is_none()
            && let Some(Place { line, column }) = places.of(&self.pointer)
        {
            self.line = Some(line);
            self.column = Some(column);
        }
        self
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let Self {
            pointer,
            line,
            column,
            message,
        } = self;
        let mut value = json!({ "pointer": pointer, "message": message });
        if let (Some(line), Some(column)) = (line, column) {
            value["line"] = json!(line);
            value["column"] = json!(column);
        }
        value
    }

    /// For people: one line, that begins as compilers' lines do.
    fn line_of(&self, name: Option<&str>) -> String {
        let name = name.map(|name| format!("{name}:")).unwrap_or_default();
        let place = match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{line}:{column}:"),
            _ => String::new(),
        };
        let pointer = match self.pointer.as_str() {
            "" => String::new(),
            pointer => format!(" {pointer}:"),
        };
        let line = format!("{name}{place}{pointer} {}", self.message);
        line.trim_start().to_owned()
    }
}

/// Why a seed is refused: everything that was found to be wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedError {
    /// The file, or what else the seed was read from.
    pub name: Option<String>,
    /// What is wrong, in the order of the document; never empty.
    pub mistakes: Vec<Mistake>,
}

impl SeedError {
    pub(crate) fn new(name: Option<String>, mistakes: Vec<Mistake>) -> Self {
        Self { name, mistakes }
    }

    /// The seed cannot be had at all.
    pub(crate) fn unreadable(name: impl Into<String>, why: impl std::fmt::Display) -> Self {
        let mistake = Mistake::new("", format!("cannot be read: {why}"));
        Self::new(Some(name.into()), vec![mistake])
    }
}

impl std::fmt::Display for SeedError {
    /// One line for each mistake, without a line break at the end.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let line_break = if index > 0 { "\n" } else { "" };
            let line = mistake.line_of(self.name.as_deref());
            write!(formatter, "{line_break}{line}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SeedError {}
