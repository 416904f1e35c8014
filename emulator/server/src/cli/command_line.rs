//! Reads the command line, the environment and the configuration file: one
//! result, or one line about a mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use super::{Cli, Command, Failure, config_file, say};
use crate::configuration::Origin;

/// The commands that run an emulator.
const WITH_SETTINGS: [&str; 2] = ["serve", "exec"];

/// What the user wrote.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) command: Command,
    pub(super) origins: Origins,
}

/// Who said what each setting of the emulator is.
#[derive(Debug, Default)]
pub(super) struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// Who said what a setting is, by its name in code, as in `account_id`.
    pub(super) fn of(&self, name: &str) -> Origin {
        self.0.get(name).copied().unwrap_or_default()
    }

    fn read(matches: &ArgMatches, from_file: &BTreeSet<String>) -> Self {
        let origin = |name: &str| match matches.value_source(name) {
            _ if from_file.contains(name) => Origin::File,
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => Origin::Environment,
            _ => Origin::Default,
        };
        let names = matches.ids().map(|id| id.as_str());
        Self(names.map(|name| (name.to_owned(), origin(name))).collect())
    }
}

/// Reads everything.
///
/// Errors: the exit code, after what there is to say has been said.
pub(super) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Written, ExitCode> {
    let mut arguments = with_command(arguments);
    let mut matches = parse(&arguments, None)?;
    let mut from_file = BTreeSet::new();
    if let Some(path) = file_of(&matches) {
        let settings = settings(&path, &matches).map_err(|failure| {
            say(&format!("error: {}", failure.sentence));
            ExitCode::from(failure.code)
        })?;
        for (name, flags) in settings {
            from_file.insert(name);
            // After the command's name and before what is the user's.
            arguments.splice(2..2, flags.into_iter().map(OsString::from));
        }
        matches = parse(&arguments, Some(&path))?;
    }
    let origins = matches
        .subcommand()
        .filter(|(name, _)| WITH_SETTINGS.contains(name))
        .map(|(_, matches)| Origins::read(matches, &from_file))
        .unwrap_or_default();
    let cli = Cli::from_arg_matches_mut(&mut matches)
        .map_err(|error| explain(&error, "eks-emulator", None))?;
    Ok(Written {
        command: cli.command,
        origins,
    })
}

/// Puts the default command where none is named, so that only the command
/// that runs reads its part of the environment.
fn with_command(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let general = ["--help", "-h", "--version", "-V"];
    let is_flag = arguments.get(1).is_none_or(|first| {
        let first = first.to_string_lossy();
        first.starts_with('-') && !general.contains(&&*first)
    });
    if is_flag {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    arguments
}

/// `file` is where the arguments come from that have not been read before.
fn parse(arguments: &[OsString], file: Option<&Path>) -> Result<ArgMatches, ExitCode> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(arguments);
    matches.map_err(|error| explain(&error, &path_of(&command, arguments), file))
}

fn file_of(matches: &ArgMatches) -> Option<PathBuf> {
    let (name, matches) = matches.subcommand()?;
    let has_file = WITH_SETTINGS.contains(&name);
    let file = || matches.get_one::<PathBuf>("config").cloned();
    has_file.then(file).flatten()
}

/// The settings of the file that nothing wins over, each with its flags.
fn settings(path: &Path, matches: &ArgMatches) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let mut settings = config_file::read(path)?;
    let matches = matches.subcommand().map(|(_, matches)| matches);
    settings.retain(|(name, _)| {
        let source = matches.and_then(|matches| matches.value_source(name));
        !matches!(
            source,
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        )
    });
    Ok(settings)
}

/// The command that was meant, as in `eks-emulator clock advance`.
fn path_of(command: &clap::Command, arguments: &[OsString]) -> String {
    let mut path = String::from("eks-emulator");
    let mut command = command;
    for argument in arguments.iter().skip(1) {
        let named = argument.to_str();
        let Some(next) = named.and_then(|name| command.find_subcommand(name)) else {
            break;
        };
        path.push(' ');
        path.push_str(next.get_name());
        command = next;
    }
    path
}

/// Help and version as they are; a mistake in one line.
fn explain(error: &clap::Error, path: &str, file: Option<&Path>) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Nobody reads on if this fails.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let mut sentence = first_paragraph(&error.render().to_string());
    if let Some(meant) = meant(error) {
        sentence = format!("{sentence}; did you mean {meant}?");
    }
    if let Some(file) = file {
        let what = sentence.trim_start_matches("error: ");
        sentence = format!("error: {}: {what}", file.display());
    }
    say(&format!("{sentence} (see {path} --help)"));
    ExitCode::from(2)
}

/// What is wrong, without the hints and the usage that follow.
fn first_paragraph(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    words.join(" ")
}

/// What the user most probably meant, as in `'--listen'`, if it is much like
/// what there is: clap guesses more boldly.
fn meant(error: &clap::Error) -> Option<String> {
    let kinds = [
        (
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
        ),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        (ContextKind::InvalidValue, ContextKind::SuggestedValue),
    ];
    let is_near = |(written, near): &(&str, &str)| {
        let bare = |word: &str| word.trim_start_matches('-').to_lowercase();
        strsim::jaro_winkler(&bare(written), &bare(near)) > 0.8
    };
    kinds
        .into_iter()
        .find_map(|(written, near)| Some((word(error, written)?, word(error, near)?)))
        .filter(is_near)
        .map(|(_, near)| format!("'{near}'"))
}

/// A word of an error; of several the last, which clap takes for the nearest.
fn word(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word),
        ContextValue::Strings(words) => words.last().map(String::as_str),
        _ => None,
    }
}
