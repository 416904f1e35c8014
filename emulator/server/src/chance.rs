//! Numbers that nobody foresees: names of files, and seeds of runs that name
//! none. They are no secrets; keys come from elsewhere.

use std::hash::{BuildHasher, RandomState};

/// Another number each time.
pub(crate) fn chance() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

#[cfg(test)]
mod tests {
    use super::chance;

    #[test]
    fn no_two_numbers_are_the_same() {
        assert_ne!(chance(), chance());
    }
}
