//! `eks-emulator env`: the environment that leads clients to a running
//! emulator, in the words of a shell or of another tool.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::config::check_region;
use super::endpoint::Endpoint;
use super::environment::{Change, ClientEnvironment, access_key_id};
use super::trust::Trust;
use super::{Failure, print, say};

// The flags of `env`.
#[derive(Args, Debug)]
pub(super) struct EnvArguments {
    #[command(flatten)]
    endpoint: Endpoint,
    /// Whose words to use
    #[arg(long, env = "EKS_EMULATOR_SHELL", value_enum, value_name = "SHELL", default_value_t = Target::Sh)]
    shell: Target,
    /// Lead the services that are not emulated to the emulator, too
    #[arg(long, env = "EKS_EMULATOR_ALL_SERVICES", value_parser = BoolishValueParser::new())]
    all_services: bool,
    /// Account of the clients: twelve digits, or auto for one that nobody has [default: that of their access key]
    #[arg(long, env = "EKS_EMULATOR_ACCOUNT", value_name = "ID")]
    account: Option<String>,
    /// Region of clients that have none
    #[arg(
        long,
        env = "EKS_EMULATOR_REGION",
        value_name = "REGION",
        default_value = "us-east-1"
    )]
    region: String,
}

/// Who is to understand the environment.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    /// POSIX shells
    Sh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    /// An object; null takes a variable away
    Json,
    /// GitHub Actions: adds to the file that GITHUB_ENV names
    #[value(name = "github")]
    GitHub,
    /// A provider block
    Terraform,
}

/// Prints the environment. Whether the emulator runs already does not matter.
pub(super) fn export(arguments: &EnvArguments) -> Result<(), Failure> {
    let (place, ca_file) = arguments.endpoint.find()?;
    let endpoint = place.endpoint();
    let environment = ClientEnvironment {
        control_endpoint: endpoint.clone(),
        endpoint,
        region: check_region(&arguments.region)?.to_owned(),
        all_services: arguments.all_services,
        access_key_id: access_key_id(arguments.account.as_deref())?,
        trust: Trust::in_ca_file(ca_file.as_deref())?,
    };
    if let Some(warning) = environment.warning() {
        say(&format!("warning: {warning}"));
    }
    let changes = environment.changes(|name| std::env::var_os(name));
    match arguments.shell {
        Target::Sh => print(&lines(&changes, sh)),
        Target::Fish => print(&lines(&changes, fish)),
        Target::PowerShell => print(&lines(&changes, powershell)),
        Target::Json => print(&object(&changes)),
        Target::GitHub => add_to_github(&lines(&changes, github)),
        Target::Terraform => print(&provider(&environment)),
    }
}

fn lines(changes: &[Change], line: fn(&str, Option<&str>) -> String) -> String {
    let line = |(name, value): &Change| line(name, value.as_deref());
    changes.iter().map(line).collect()
}

fn sh(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("export {name}='{}'\n", value.replace('\'', r"'\''")),
        None => format!("unset {name}\n"),
    }
}

fn fish(name: &str, value: Option<&str>) -> String {
    let quoted = |value: &str| value.replace('\\', r"\\").replace('\'', r"\'");
    match value {
        Some(value) => format!("set -gx {name} '{}'\n", quoted(value)),
        None => format!("set -e {name}\n"),
    }
}

/// To PowerShell, curly quotation marks are as straight ones.
fn powershell(name: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return format!("Remove-Item Env:{name}\n");
    };
    let mut quoted = String::new();
    for letter in value.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    format!("$env:{name} = '{quoted}'\n")
}

fn object(changes: &[Change]) -> String {
    let members: BTreeMap<&str, &Option<String>> =
        changes.iter().map(|(name, value)| (*name, value)).collect();
    format!("{:#}\n", json!(members))
}

/// A variable cannot be taken away there: it becomes empty.
fn github(name: &str, value: Option<&str>) -> String {
    let value = value.unwrap_or_default();
    if !value.contains(['\n', '\r']) {
        return format!("{name}={value}\n");
    }
    let mut delimiter = String::from("END_OF_VALUE");
    while value.contains(&delimiter) {
        delimiter.push('_');
    }
    format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
}

fn add_to_github(lines: &str) -> Result<(), Failure> {
    let path = std::env::var_os("GITHUB_ENV").filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| {
        Failure::running("--shell github: GITHUB_ENV is not set; it is where GitHub Actions reads")
    })?;
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(lines.as_bytes()))
        .map_err(|error| {
            let path = path.to_string_lossy();
            Failure::running(format!("--shell github: cannot write {path}: {error}"))
        })
}

/// Terraform takes no region and no keys of the environment into account when
/// a provider block has its own, so the block is complete.
fn provider(environment: &ClientEnvironment) -> String {
    let endpoint = hcl(&environment.endpoint);
    let access_key_id = environment.access_key_id.as_deref().unwrap_or("test");
    let trust = environment.trust.as_ref();
    let trust = trust.map_or_else(String::new, |trust| {
        let ca_file = hcl(&trust.ca_file);
        format!("  custom_ca_bundle            = {ca_file}\n")
    });
    format!(
        r#"provider "aws" {{
  region                      = {}
  access_key                  = {}
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
{trust}
  endpoints {{
    eks = {endpoint}
    iam = {endpoint}
    sts = {endpoint}
  }}
}}
"#,
        hcl(&environment.region),
        hcl(access_key_id),
    )
}

/// A string of HCL, in which nothing is a template.
fn hcl(text: &str) -> String {
    let text = text
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
        .replace('\r', r"\r")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{text}\"")
}
