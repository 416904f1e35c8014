//! Sets of Kubernetes versions, as the add-on tables keep them.

/// A set of minor versions of Kubernetes 1.
///
/// Bit `n` stands for version `1.n`: an add-on version lists up to seventeen
/// cluster versions, and there are more than a thousand add-on versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KubernetesMinors(u64);

impl KubernetesMinors {
    /// No version.
    pub(super) const NONE: Self = Self(0);

    /// This set and every version from `1.{first}` to `1.{last}`.
    pub(super) const fn and(self, first: u8, last: u8) -> Self {
        assert!(first <= last && last < 64, "a range of minor versions");
        Self(self.0 | ((1 << (last - first + 1)) - 1) << first)
    }

    /// This set and `version`; `None` if that is none that a set can hold.
    pub(super) fn with(self, version: &str) -> Option<Self> {
        minor(version).map(|minor| self.and(minor, minor))
    }

    /// This set without what is in `other`.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This set and what is in `other`.
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set holds `version`, written like `1.36`.
    pub(super) fn contains(self, version: &str) -> bool {
        minor(version).is_some_and(|minor| self.0 & (1 << minor) != 0)
    }

    /// The versions of the set, newest first.
    pub(super) fn versions(self) -> impl Iterator<Item = String> {
        (0..64u8)
            .rev()
            .filter(move |minor| self.0 & (1 << minor) != 0)
            .map(|minor| format!("1.{minor}"))
    }
}

/// The minor number of a version written like `1.36`, and only like that: no
/// sign, no leading zero, no patch number.
pub(super) fn minor(version: &str) -> Option<u8> {
    let digits = version.strip_prefix("1.")?;
    let canonical = digits == "0" || !digits.starts_with(['0', '+']);
    let minor = digits.parse().ok()?;
    (canonical && minor < 64).then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: KubernetesMinors = KubernetesMinors::NONE.and(31, 33).and(36, 36);

    #[test]
    fn ranges_add_up() {
        let versions: Vec<String> = SET.versions().collect();
        assert_eq!(versions, ["1.36", "1.33", "1.32", "1.31"]);
    }

    #[test]
    fn sets_are_added_and_taken_away() {
        let one = KubernetesMinors::NONE.with("1.32").expect("a version");
        assert!(!SET.without(one).contains("1.32"));
        assert!(SET.without(one).contains("1.33"));
        assert_eq!(SET.without(one).union(one), SET);
        assert_eq!(SET.with("1.032"), None);
    }

    #[test]
    fn the_whole_width_can_be_used() {
        assert!(KubernetesMinors::NONE.and(63, 63).contains("1.63"));
        assert!(!KubernetesMinors::NONE.contains("1.0"));
    }

    #[test]
    fn only_the_canonical_form_is_a_version() {
        assert!(SET.contains("1.31"));
        for text in [
            "1.34", "1.031", "1.+31", "1.31.0", "v1.31", "2.31", "1.", "1.99", "1.300",
        ] {
            assert!(!SET.contains(text), "{text}");
        }
    }
}
