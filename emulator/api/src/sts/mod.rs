//! AWS Security Token Service, model of 2011-06-15: identities and sessions.

#[rustfmt::skip]
#[expect(missing_docs, reason = "the names are the model's own; what they mean is in the service's API reference")]
mod generated;

pub use generated::errors::*;
pub use generated::operations::{OPERATIONS, Operations, SERVICE, dispatch, operation};
pub use generated::schema;
pub use generated::structures::*;
