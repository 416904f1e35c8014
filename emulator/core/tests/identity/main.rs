//! Identities without HTTP: sessions and their ends, who is behind a key, what
//! strict and lenient make of roles, and that secrets do not show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access_key;
mod pod_session;
mod role_standing;
mod session;
mod support;
mod web_identity;
