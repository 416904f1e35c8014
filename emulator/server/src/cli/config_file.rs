//! The configuration file: a mapping of YAML (and so of JSON) from the names
//! of flags to values.
//!
//! Values are taken as they are written, not as the types that YAML gives to
//! them: an account id that begins with a zero is not a number.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;
use saphyr_parser::{Event, Parser, ScanError, Span};

use super::Failure;
use super::arguments::ServeArguments;

/// What a file says of one setting: its name in code, as in `account_id`, and
/// the flags that say the same.
pub(super) type Setting = (String, Vec<String>);

/// Reads a file.
///
/// Errors: one line that names the file.
pub(super) fn read(path: &Path) -> Result<Vec<Setting>, Failure> {
    let failure = |problem: String| Failure::usage(format!("{}: {problem}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        Failure::usage(format!("--config: cannot read {path}: {error}"))
    })?;
    settings(&text).map_err(failure)
}

fn settings(text: &str) -> Result<Vec<Setting>, String> {
    let command = ServeArguments::augment_args(clap::Command::new("serve"));
    let mut seen = BTreeSet::new();
    let mut settings = Vec::new();
    for (key, values) in entries(text)? {
        let flag = kebab(&key);
        let is_meant = |argument: &&clap::Arg| argument.get_long() == Some(flag.as_str());
        let argument = command.get_arguments().find(is_meant);
        let argument = argument
            .filter(|argument| argument.get_id() != "config")
            .ok_or_else(|| unknown(&key, &command))?;
        if !seen.insert(flag.clone()) {
            return Err(format!("{key} is given twice"));
        }
        let flags = if argument.get_action().takes_values() {
            let flag = |value: &String| format!("--{flag}={value}");
            values.iter().map(flag).collect()
        } else {
            switch(&key, &flag, &values)?
        };
        settings.push((argument.get_id().to_string(), flags));
    }
    Ok(settings)
}

/// What is said of a setting that there is not.
fn unknown(key: &str, command: &clap::Command) -> String {
    let flag = kebab(key);
    let names = command.get_arguments().filter_map(clap::Arg::get_long);
    let nearest = names
        .map(|name| (strsim::jaro_winkler(name, &flag), name))
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match nearest {
        Some((likeness, name)) if likeness > 0.8 && name != "config" => {
            format!("there is no setting {key}; did you mean {name}?")
        }
        _ => format!("there is no setting {key}"),
    }
}

/// A flag that is there or not.
fn switch(key: &str, flag: &str, values: &[String]) -> Result<Vec<String>, String> {
    match values {
        [value] if value == "true" => Ok(vec![format!("--{flag}")]),
        [value] if value == "false" => Ok(Vec::new()),
        _ => Err(format!("{key} has to be true or false")),
    }
}

/// `account-id` for `accountId` and for itself.
fn kebab(key: &str) -> String {
    let mut kebab = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// The keys of the document with their values: one, or those of a sequence.
fn entries(text: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error: ScanError| error.to_string())?;
        reader.event(event, span)?;
    }
    Ok(reader.entries)
}

/// Where in the document the reader is.
#[derive(Default)]
enum Place {
    #[default]
    Outside,
    Key,
    Value,
    Sequence,
}

#[derive(Default)]
struct Reader {
    place: Place,
    entries: Vec<(String, Vec<String>)>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), String> {
        match (event, &self.place) {
            (Event::MappingStart(..), Place::Outside) if self.entries.is_empty() => {
                self.place = Place::Key;
            }
            (Event::Scalar(key, ..), Place::Key) => {
                self.entries.push((key.into_owned(), Vec::new()));
                self.place = Place::Value;
            }
            (Event::Scalar(value, ..), Place::Value) => {
                self.add(value.into_owned());
                self.place = Place::Key;
            }
            (Event::SequenceStart(..), Place::Value) => self.place = Place::Sequence,
            (Event::Scalar(value, ..), Place::Sequence) => self.add(value.into_owned()),
            (Event::SequenceEnd, Place::Sequence) => self.place = Place::Key,
            (Event::MappingEnd, Place::Key) => self.place = Place::Outside,
            (
                Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing,
                _,
            ) => {}
            _ => {
                let line = span.start.line();
                return Err(format!(
                    "line {line}: a setting is a name with a value, as in region: us-east-1"
                ));
            }
        }
        Ok(())
    }

    fn add(&mut self, value: String) {
        if let Some((_, values)) = self.entries.last_mut() {
            values.push(value);
        }
    }
}
