//! Amazon EKS, model of 2017-11-01: 70 operations.

#[rustfmt::skip]
#[expect(missing_docs, reason = "the names are the model's own; what they mean is in the service's API reference")]
mod generated;

pub use generated::enums::*;
pub use generated::errors::*;
pub use generated::operations::{OPERATIONS, Operations, dispatch, operation};
pub use generated::schema;
pub use generated::structures::*;
