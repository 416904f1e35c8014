//! State as documents: reading and writing all of it, and what has changed
//! since an earlier time.
//!
//! State has types of its own, and documents have their shape; what can be
//! derived (indexes, keys, certificates) is left out and made again. Secrets
//! are part of it: they have to work as before once it is read back.

mod change;
mod error;
pub(crate) mod hex;
pub(crate) mod json_text;
pub(crate) mod pairs;
mod read;
pub(crate) mod view;

pub(crate) use change::{Change, MapChanges, changes, given, misses, whole_changes};
pub use error::StateError;
pub use read::from_json;
