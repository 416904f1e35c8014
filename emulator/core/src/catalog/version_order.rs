//! The form and the order of add-on versions.

/// The numbers of an add-on version, comparable: `v1.15.5-eksbuild.1` is
/// `[1, 15, 5, 1]`, and a version without a build comes before its builds.
/// `None` for a text of another form.
pub(super) fn version_key(version: &str) -> Option<[u64; 4]> {
    let numbers = version.strip_prefix('v')?;
    let (semantic, build) = numbers.split_once("-eksbuild.").unwrap_or((numbers, "0"));
    let mut parts = semantic.split('.').chain([build]);
    let mut key = [0; 4];
    for place in &mut key {
        let part = parts.next()?;
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *place = part.parse().ok().filter(|_| is_number)?;
    }
    parts.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::version_key;

    #[test]
    fn numbers_compare_as_numbers() {
        assert!(version_key("v1.12.4-eksbuild.29") > version_key("v1.12.4-eksbuild.4"));
        assert!(version_key("v1.12.4-eksbuild.1") > version_key("v1.12.4"));
        assert!(version_key("v1.9.9") < version_key("v1.10.0"));
    }

    #[test]
    fn other_forms_are_no_versions() {
        for text in [
            "1.2.3",
            "v1.2",
            "v1.2.3.4",
            "v1.2.3-eksbuild.",
            "v1.+2.3",
            "v1.2.3-rc.1",
        ] {
            assert_eq!(version_key(text), None, "{text}");
        }
    }
}
