//! Takes the Rust test out of the README, so that it runs as it stands there.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let readme = "../README.md";
    println!("cargo::rerun-if-changed={readme}");
    let text = std::fs::read_to_string(readme)?;
    let (_, rest) = text
        .split_once("<!-- addon.rs -->\n```rust\n")
        .ok_or("the README has no test addon.rs")?;
    let (test, _) = rest.split_once("```\n").ok_or("the test has no end")?;
    let target = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&target).join("addon.rs"), test)?;
    Ok(())
}
