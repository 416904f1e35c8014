//! What follows from a cluster's state, and is made when it is first needed.

use std::sync::{Arc, OnceLock};

/// What follows from a cluster's state, and is made when it is first needed.
///
/// It is no state itself: it makes no difference and is in no document. Clones
/// share it, so that it is made once for all of them.
pub(super) struct Derived<T>(Arc<OnceLock<T>>);

impl<T> Derived<T> {
    /// What was made, or what `make` makes now.
    pub(super) fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Derived<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> PartialEq for Derived<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> std::fmt::Debug for Derived<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Derived")
    }
}
