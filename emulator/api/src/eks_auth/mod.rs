//! Amazon EKS Auth, model of 2023-11-26: one operation.

#[rustfmt::skip]
#[expect(missing_docs, reason = "the names are the model's own; what they mean is in the service's API reference")]
mod generated;

pub use generated::errors::*;
pub use generated::operations::{OPERATIONS, Operations, dispatch, operation};
pub use generated::schema;
pub use generated::structures::*;
