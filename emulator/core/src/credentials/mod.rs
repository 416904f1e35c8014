//! Which role a pod gets, and why: pure decisions; and the tokens with which
//! it says who it is.

mod decision;
pub mod issuer;

pub use decision::{CredentialDecision, CredentialSource, Finding};
pub(crate) use decision::{Question, associates, decide, of_running_pod};
