//! AWS Identity and Access Management, model of 2010-05-08: roles, policies
//! and OpenID Connect providers.

#[rustfmt::skip]
#[expect(missing_docs, reason = "the names are the model's own; what they mean is in the service's API reference")]
mod generated;

pub use generated::enums::*;
pub use generated::errors::*;
pub use generated::operations::{OPERATIONS, Operations, SERVICE, dispatch, operation};
pub use generated::schema;
pub use generated::structures::*;
