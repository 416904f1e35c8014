//! Request ids: UUIDs, the same again for the same seed and calls.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use eks_emulator_core::ids::mix;

/// The sequence of request ids of one emulator.
#[derive(Debug)]
pub(crate) struct RequestIds {
    seed: u64,
    drawn: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// Lets the ids come again from the first.
    pub(crate) fn restart(&self) {
        self.drawn.store(0, Ordering::Relaxed);
    }

    /// The next id, in the form of a UUID of version 4.
    pub(crate) fn next(&self) -> String {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let high = mix(self.seed ^ mix(drawn));
        let low = mix(high ^ drawn);
        let mut id = String::with_capacity(36);
        // Writing to a string does not fail.
        let _ = write!(
            id,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            (low >> 48 & 0x3fff) | 0x8000,
            low & 0xffff_ffff_ffff
        );
        id
    }
}

#[cfg(test)]
mod tests {
    use super::RequestIds;

    #[test]
    fn ids_are_uuids_and_repeat_with_the_seed() {
        let (one, other) = (RequestIds::new(7), RequestIds::new(7));
        let first = one.next();
        assert_eq!(first, other.next());
        assert_ne!(first, one.next());
        assert_eq!(first.len(), 36);
        assert_eq!(&first[14..15], "4");
    }
}
