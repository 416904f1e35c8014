//! Rules of the code base that a machine can check.
#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` whose name ends in `ending`, target folders left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(files(&path, ending));
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_generated(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str() == "generated")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_file_says_what_it_is_for() {
    let sources = files(&root(), ".rs");
    assert!(sources.len() > 100, "the sources are found");
    let silent: Vec<_> = sources
        .iter()
        .filter(|path| !read(path).starts_with("//! "))
        .collect();
    assert!(
        silent.is_empty(),
        "files without a first line of documentation: {silent:?}"
    );
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let long: Vec<_> = files(&root(), ".rs")
        .into_iter()
        .filter(|path| !is_generated(path) && read(path).lines().count() > 600)
        .collect();
    assert!(long.is_empty(), "is there a seam? {long:?}");
}

#[test]
fn names_of_files_say_something() {
    let empty = [
        "utils", "util", "common", "helpers", "helper", "manager", "misc",
    ];
    let named: Vec<_> = files(&root(), ".rs")
        .into_iter()
        .filter(|path| {
            let relative = path.strip_prefix(root()).unwrap().to_owned();
            relative.iter().any(|part| {
                let part = part.to_string_lossy();
                empty.contains(&part.trim_end_matches(".rs"))
            })
        })
        .collect();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn the_protocol_knows_no_resource() {
    let words = [
        "addon",
        "podidentity",
        "pod_identity",
        "nodegroup",
        "fargate",
    ];
    for path in files(&root().join("emulator/protocol/src"), ".rs") {
        let text = read(&path);
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code.take_while(|line| !line.contains("#[cfg(test)]")) {
            let line = line.to_lowercase();
            let found = words.iter().find(|word| line.contains(*word));
            assert_eq!(found, None, "{}: {line}", path.display());
        }
    }
}

#[test]
fn tests_move_the_clock_instead_of_sleeping() {
    let tests = [
        "client-tests",
        "emulator/core",
        "emulator/protocol",
        "emulator/codegen",
        "emulator/server/tests",
    ];
    // Spelled in two parts, so that this file does not find itself.
    let sleeps = [concat!("thread::", "sleep"), concat!("time::", "sleep")];
    for path in tests
        .iter()
        .flat_map(|folder| files(&root().join(folder), ".rs"))
    {
        let found = sleeps.iter().find(|sleep| read(&path).contains(*sleep));
        assert_eq!(found, None, "{}", path.display());
    }
}

/// The files of the server, below its sources, whose code has one of these
/// words.
fn files_of_server_with(words: &[&str]) -> Vec<String> {
    let folder = root().join("emulator/server/src");
    let has = |path: &PathBuf| {
        let text = read(path);
        let mut code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| words.iter().any(|word| line.contains(word)))
    };
    let found = files(&folder, ".rs").into_iter().filter(has);
    let name = |path: PathBuf| {
        let relative = path.strip_prefix(&folder).unwrap();
        relative.to_string_lossy().into_owned()
    };
    found.map(name).collect()
}

#[test]
fn the_clock_of_the_machine_is_read_in_one_place() {
    assert_eq!(
        files_of_server_with(&["SystemTime::now"]),
        ["clock/machine.rs"]
    );
}

#[test]
fn the_environment_is_read_for_the_command_line_only() {
    let found = files_of_server_with(&["env::var"]);
    assert!(!found.is_empty(), "the command line reads it");
    let elsewhere: Vec<_> = found
        .iter()
        .filter(|path| !path.starts_with("cli/"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn every_fixture_names_its_source() {
    let folder = root().join("fixtures");
    let sources = read(&folder.join("README.md"));
    let fixtures = files(&folder, ".json");
    assert!(fixtures.len() >= 5, "the fixtures are found");
    for fixture in fixtures {
        let name = fixture.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            sources.contains(&name),
            "fixtures/README.md does not mention {name}"
        );
    }
}

#[test]
fn dependencies_go_one_way_and_are_few() {
    let allowed: [(&str, &[&str]); 4] = [
        ("eks-emulator-api", &["serde", "serde_json"]),
        (
            "eks-emulator-protocol",
            &[
                "eks-emulator-api",
                "hmac",
                "http",
                "percent-encoding",
                "regex",
                "serde",
                "serde_json",
                "sha2",
                "subtle",
            ],
        ),
        (
            "eks-emulator-core",
            &[
                "base64",
                "eks-emulator-api",
                "jsonschema",
                "p256",
                "rand_chacha",
                "rsa",
                "saphyr-parser",
                "serde",
                "serde_json",
                "serde_path_to_error",
                "sha2",
                "subtle",
                "uuid",
                "x509-cert",
            ],
        ),
        ("eks-emulator-codegen", &["indexmap", "serde", "serde_json"]),
    ];
    let packages = workspace_dependencies();
    for (package, allowed) in allowed {
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(packages[package], allowed, "{package}");
    }
}

#[test]
fn licences_are_permissive() {
    let permissive = [
        "MIT",
        "MIT-0",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "0BSD",
        "Unicode-3.0",
        "Unlicense",
        "BSL-1.0",
        "CC0-1.0",
        "Apache-2.0 WITH LLVM-exception",
    ];
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "the dependencies are found");
    for package in packages {
        let licence = package["license"]
            .as_str()
            .unwrap_or("none")
            .replace('/', " OR ");
        let licence = licence.replace(['(', ')'], "");
        let fine = licence.split(" AND ").all(|all| {
            all.split(" OR ")
                .any(|one| permissive.contains(&one.trim()))
        });
        assert!(fine, "{} is licensed under {licence}", package["name"]);
    }
}

/// The normal dependencies of each package of the workspace.
fn workspace_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let members = metadata["workspace_members"].as_array().unwrap().clone();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|package| members.contains(&package["id"]))
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let normal = dependencies
                .iter()
                .filter(|dependency| dependency["kind"].is_null());
            let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
            (name(package), normal.map(name).collect())
        })
        .collect()
}

fn metadata() -> Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
