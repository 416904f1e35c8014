//! Which role a pod gets, and why: pure decisions.

mod decision;

pub use decision::{CredentialDecision, CredentialSource, Finding};
pub(crate) use decision::{Question, associates, decide, of_running_pod};
