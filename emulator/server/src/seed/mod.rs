//! Seeds: documents that say what is to exist.
//!
//! A text becomes a document (`read`) that the schema has been held against;
//! a document becomes state by the rules of the API (`apply`), and state
//! becomes a document again (`export`).

mod apply;
mod builder;
mod catalogue_builder;
pub(crate) mod document;
mod export;
mod mistake;
mod place;
mod read;
mod schema;
pub(crate) mod shape;
mod source;
mod trust;
#[cfg(feature = "cli")]
mod validate;

pub(crate) use apply::SeedOptions;
pub use apply::{SeedMode, SeedReport};
pub use document::*;
/// A value that `Debug` does not show.
pub use eks_emulator_api::Sensitive;
pub use mistake::{Mistake, SeedError};
pub(crate) use read::{ReadSeed, StartSeed, read_path};
pub(crate) use source::{Format, Source};
#[cfg(feature = "cli")]
pub(crate) use validate::validate;
