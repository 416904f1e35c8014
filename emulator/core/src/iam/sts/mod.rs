//! The security token service: temporary credentials for roles.

mod assume_role;
mod caller;
mod error;
mod web_identity;

pub use caller::{Caller, CallerError};
pub use web_identity::WebIdentity;
