//! `eks-emulator seed`: documents into a running emulator.

use std::path::{Path, PathBuf};

use clap::Args;
use http::Method;
use serde_json::Value;

use super::Failure;
use super::control_client::with_query;
use super::remote::{Remote, RemoteArguments, read_file};
use super::table::cell;

// The arguments of `seed`.
#[derive(Args, Debug)]
pub(super) struct SeedArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    /// Put the document in the place of what there is
    #[arg(long)]
    replace: bool,
    /// Say what would happen
    #[arg(long)]
    dry_run: bool,
    /// Documents, folders of them, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Applies each document.
pub(super) fn run(arguments: &SeedArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let parameters = [
        ("mode", arguments.replace.then_some("replace")),
        ("dryRun", arguments.dry_run.then_some("true")),
    ];
    let path = with_query("/_emulator/v1/seed", &parameters);
    for file in documents(&arguments.files)? {
        let text = read_file(&file)?;
        // JSON is YAML, too.
        let answer = remote
            .send(Method::POST, &path, "application/yaml", text)
            .map_err(|failure| Failure {
                sentence: format!("{}: {}", name_of(&file), failure.sentence),
                ..failure
            })?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        remote.show(&answer, lines)?;
    }
    Ok(())
}

fn name_of(file: &Path) -> String {
    match file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => file.display().to_string(),
    }
}

/// The files, and those of the folders in the order of their names.
fn documents(files: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut documents = Vec::new();
    for file in files {
        if file.is_dir() {
            documents.append(&mut documents_of(file)?);
        } else {
            documents.push(file.clone());
        }
    }
    Ok(documents)
}

fn documents_of(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot_read =
        |error| Failure::running(format!("cannot read {}: {error}", folder.display()));
    let entries = std::fs::read_dir(folder).map_err(cannot_read)?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(cannot_read)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("yaml" | "yml" | "json")) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn lines(answer: &Value) -> String {
    let mut lines = String::new();
    for word in ["created", "updated", "unchanged", "deleted"] {
        for arn in answer[word].as_array().into_iter().flatten() {
            lines += &format!("{word} {}\n", cell(arn));
        }
    }
    lines
}
