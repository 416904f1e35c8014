//! The committed generated code is what the generator writes today.

use std::path::Path;

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = eks_emulator_codegen::generate(&root).expect("the fixtures are readable");
    let mut stale = Vec::new();
    for file in &files {
        let path = root.join(&file.path);
        if std::fs::read_to_string(&path).unwrap_or_default() != file.text {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file.text).unwrap();
            stale.push(file.path.display().to_string());
        }
    }
    assert!(
        files.len() > 10,
        "the generator makes a file per kind of table"
    );
    assert!(
        stale.is_empty(),
        "stale, rewritten now: {stale:?}; review and commit them \
         (cargo run -p eks-emulator-codegen does the same)"
    );
}
