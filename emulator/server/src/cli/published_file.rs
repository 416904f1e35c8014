//! A file that tells other programs something for as long as this one runs.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::chance::chance;

/// The file; dropping it removes it, unless somebody else has published in its
/// place since.
#[derive(Debug)]
pub(super) struct PublishedFile {
    path: PathBuf,
    text: String,
}

impl PublishedFile {
    /// Writes the file in one step: who sees it sees all of it. `flag` asked
    /// for it.
    pub(super) fn write(flag: &str, path: &Path, text: &str) -> Result<Self, Failure> {
        let mut unfinished = path.as_os_str().to_owned();
        // Folders of temporary files belong to others as well: what they put
        // there is not written to.
        unfinished.push(format!(".{:016x}", chance()));
        let made = File::create_new(&unfinished);
        made.and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| std::fs::rename(&unfinished, path))
            .map_err(|error| {
                // What is left of the attempt is of no use.
                let _ = std::fs::remove_file(&unfinished);
                let path = path.display();
                Failure::running(format!("{flag}: cannot write {path}: {error}"))
            })?;
        Ok(Self {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }
}

impl Drop for PublishedFile {
    fn drop(&mut self) {
        let present = std::fs::read(&self.path);
        if present.is_ok_and(|present| present == self.text.as_bytes()) {
            // Somebody has removed it already if this fails.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is started before another ends tells of itself.
    #[test]
    fn what_another_has_published_since_stays() {
        let name = format!("eks-emulator-successor-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let publish = |text| PublishedFile::write("--endpoint-file", &path, text).unwrap();
        let (first, second) = (publish("first"), publish("second"));
        drop(first);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        drop(second);
        assert!(!path.exists());
    }

    /// A number of a process is easily guessed.
    #[cfg(unix)]
    #[test]
    fn a_link_that_somebody_has_put_beside_is_not_written_through() {
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("eks-emulator-published-{process}"));
        std::fs::create_dir(&folder).unwrap();
        let (path, of_others) = (folder.join("endpoint.json"), folder.join("precious"));
        std::fs::write(&of_others, "precious").unwrap();
        let link = folder.join(format!("endpoint.json.{process}"));
        std::os::unix::fs::symlink(&of_others, &link).unwrap();
        let file = PublishedFile::write("--endpoint-file", &path, "published").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "published");
        assert_eq!(std::fs::read_to_string(&of_others).unwrap(), "precious");
        drop(file);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
