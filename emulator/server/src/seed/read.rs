//! From a text to a document.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::document::{SCHEMA, Seed};
use super::mistake::{Mistake, SeedError};
use super::schema;
use super::source::{Format, Places, Source, SourceError};

/// A document with where its parts stand in the text that it was read from.
#[derive(Debug)]
pub(crate) struct ReadSeed {
    /// The file, or what else it was read from.
    pub(crate) name: Option<String>,
    pub(crate) seed: Seed,
    pub(crate) places: Places,
}

impl ReadSeed {
    /// Reads a document; `name` is what errors call the text.
    ///
    /// Errors: everything that is wrong with its syntax or structure.
    pub(crate) fn read(name: Option<&str>, text: &str, format: Format) -> Result<Self, SeedError> {
        let refuse = |error: SourceError| SeedError::new(name.map(str::to_owned), error.mistakes);
        Self::of_source(name, Source::read(text, format).map_err(refuse)?)
    }

    /// The document that a text says.
    ///
    /// Errors: everything that is wrong with its structure.
    pub(crate) fn of_source(name: Option<&str>, source: Source) -> Result<Self, SeedError> {
        let name = name.map(str::to_owned);
        let refuse = |mistakes| SeedError::new(name.clone(), mistakes);
        if let Some(mistake) = newer_schema(&source.value) {
            return Err(refuse(vec![mistake.located(&source.places)]));
        }
        let mistakes = schema::check(&source);
        if !mistakes.is_empty() {
            return Err(refuse(mistakes));
        }
        let Source { value, places } = source;
        let seed = serde_json::from_value(value)
            .map_err(|error| refuse(vec![Mistake::new("", error.to_string()).located(&places)]))?;
        Ok(Self { name, seed, places })
    }

    /// A document that was not read from a text.
    pub(crate) fn of(seed: Seed) -> Self {
        Self {
            name: None,
            seed,
            places: Places::default(),
        }
    }

    /// Mistakes with their places, as an error.
    pub(crate) fn refuse(&self, mistakes: Vec<Mistake>) -> SeedError {
        let located = mistakes.into_iter().map(|one| one.located(&self.places));
        let mut located: Vec<Mistake> = located.collect();
        located.sort_by_key(|mistake| (mistake.line, mistake.column));
        SeedError::new(self.name.clone(), located)
    }
}

/// A seed of the start.
#[derive(Clone, Debug)]
pub(crate) enum StartSeed {
    Read(Arc<ReadSeed>),
    /// One that may take long to come to its end: others need not wait for
    /// that to find the emulator alive.
    Unread(PathBuf),
}

impl StartSeed {
    /// Reads what there is at a path at once, if that does not take longer
    /// than to read a file.
    ///
    /// Errors: see [`read_path`].
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "a library reads its seeds before it starts")
    )]
    pub(crate) fn of_path(path: &Path) -> Result<Vec<Self>, SeedError> {
        let is_there = path.is_file() || path.is_dir() || !path.exists();
        match is_there && path != Path::new("-") {
            true => Ok(read_path(path)?.into_iter().map(Self::from).collect()),
            false => Ok(vec![Self::Unread(path.to_owned())]),
        }
    }

    /// Reads those that have not been read.
    ///
    /// Errors: everything that is wrong with them.
    pub(crate) fn read_all(seeds: Vec<Self>) -> Result<Vec<Arc<ReadSeed>>, Vec<SeedError>> {
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        for seed in seeds {
            match seed {
                Self::Read(read) => all.push(read),
                Self::Unread(path) => match read_path(&path) {
                    Ok(read) => all.extend(read.into_iter().map(Arc::new)),
                    Err(error) => errors.push(error),
                },
            }
        }
        match errors.is_empty() {
            true => Ok(all),
            false => Err(errors),
        }
    }
}

impl From<ReadSeed> for StartSeed {
    fn from(read: ReadSeed) -> Self {
        Self::Read(Arc::new(read))
    }
}

/// A document of the future may be different in everything.
fn newer_schema(document: &Value) -> Option<Mistake> {
    let schema = document.get("schema")?.as_u64()?;
    let message = format!(
        "the document is of schema {schema}, and this emulator reads schema {SCHEMA}: take a newer emulator"
    );
    (schema > u64::from(SCHEMA)).then(|| Mistake::new("/schema", message))
}

/// How a file is written, by its name.
pub(crate) fn format_of(path: &Path) -> Format {
    match path.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("json") => Format::Json,
        _ => Format::Yaml,
    }
}

/// Reads a file, in the order of their names those of a folder that end in
/// `.yaml`, `.yml` or `.json`, or for `-` standard input.
///
/// Errors: see [`ReadSeed::read`]; a file cannot be read.
pub(crate) fn read_path(path: &Path) -> Result<Vec<ReadSeed>, SeedError> {
    let name = path.display().to_string();
    if name == "-" {
        let text = std::io::read_to_string(std::io::stdin());
        let text = text.map_err(|error| SeedError::unreadable("<stdin>", error))?;
        return Ok(vec![ReadSeed::read(Some("<stdin>"), &text, Format::Yaml)?]);
    }
    if !path.is_dir() {
        return Ok(vec![read_file(path)?]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| SeedError::unreadable(&name, error))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| SeedError::unreadable(&name, error))?
            .path();
        if is_document(&path) {
            files.push(path);
        }
    }
    files.sort();
    files.iter().map(|path| read_file(path)).collect()
}

fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json")) && path.is_file()
}

fn read_file(path: &Path) -> Result<ReadSeed, SeedError> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| SeedError::unreadable(&name, error))?;
    ReadSeed::read(Some(&name), &text, format_of(path))
}
