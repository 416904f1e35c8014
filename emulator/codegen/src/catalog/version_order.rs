//! The order of add-on versions.

/// The numbers of an add-on version, comparable: `v1.15.5-eksbuild.1` is
/// `[1, 15, 5, 1]`.
///
/// A bound may leave the build out (`v3.0.0`); it then stands before every
/// build of that version. Numbers are compared as numbers: build 29 comes
/// after build 4.
pub(super) fn version_key(version: &str) -> Result<[u64; 4], String> {
    let malformed = || format!("not an add-on version: {version}");
    let numbers = version.strip_prefix('v').ok_or_else(malformed)?;
    let (semantic, build) = numbers.split_once("-eksbuild.").unwrap_or((numbers, "0"));
    let mut key = [0; 4];
    let mut parts = semantic.split('.').chain([build]);
    for place in &mut key {
        let part = parts.next().ok_or_else(malformed)?;
        *place = part.parse().map_err(|_| malformed())?;
    }
    if parts.next().is_some() {
        return Err(malformed());
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_compare_as_numbers() {
        assert!(version_key("v1.12.4-eksbuild.29") > version_key("v1.12.4-eksbuild.4"));
        assert!(version_key("v3.0.0-eksbuild.1") > version_key("v3.0.0"));
        assert!(version_key("v2.9.9-eksbuild.9") < version_key("v3.0.0"));
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["1.2.3-eksbuild.1", "v1.2", "v1.2.3.4", "v1.2.3-eksbuild.x"] {
            assert!(version_key(text).is_err(), "{text}");
        }
    }
}
