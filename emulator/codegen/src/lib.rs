//! Writes the committed generated code of the emulator.
//!
//! The generator is a function from the files in `fixtures/` to the texts of
//! the generated files; the binary writes them, a test compares them.

mod catalog;
pub mod corrections;
pub mod model;
mod naming;
pub mod render;

use std::path::{Path, PathBuf};

/// A file that the generator makes.
#[derive(Debug)]
pub struct GeneratedFile {
    /// Its path, relative to the workspace.
    pub path: PathBuf,
    /// Its whole text.
    pub text: String,
}

/// A service whose model is in `fixtures/api-models/`.
struct Service {
    /// The model's file name.
    model: &'static str,
    /// The module of `emulator/api` that holds the generated code.
    module: &'static str,
}

const SERVICES: [Service; 4] = [
    Service {
        model: "eks-2017-11-01.json",
        module: "eks",
    },
    Service {
        model: "eks-auth-2023-11-26.json",
        module: "eks_auth",
    },
    Service {
        model: "iam-2010-05-08.json",
        module: "iam",
    },
    Service {
        model: "sts-2011-06-15.json",
        module: "sts",
    },
];

/// All generated files, from the fixtures of the workspace at `root`.
///
/// Errors: a sentence that names the fixture that cannot be read.
pub fn generate(root: &Path) -> Result<Vec<GeneratedFile>, String> {
    let mut files = Vec::new();
    for service in &SERVICES {
        let path = root.join("fixtures/api-models").join(service.model);
        let mut model = model::read(&path)?;
        corrections::apply(service.module, &mut model);
        files.extend(render::service(service.module, service.model, &model));
    }
    files.extend(catalog::generate(root)?);
    Ok(files)
}
