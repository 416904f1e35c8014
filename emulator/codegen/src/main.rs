//! Writes the generated files into the workspace: `cargo run -p eks-emulator-codegen`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match write_all(Path::new(".")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            report(&sentence);
            ExitCode::FAILURE
        }
    }
}

fn write_all(root: &Path) -> Result<(), String> {
    for file in eks_emulator_codegen::generate(root)? {
        let path = root.join(&file.path);
        let shown = file.path.display();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{shown}: {error}"))?;
        }
        std::fs::write(&path, &file.text).map_err(|error| format!("{shown}: {error}"))?;
    }
    Ok(())
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where this program speaks"
)]
fn report(sentence: &str) {
    eprintln!("error: {sentence} (run it at the root of the workspace)");
}
