//! The emulator's own endpoints, over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod admission;
mod ambiguity;
mod bodies;
mod client;
mod clock;
mod config;
mod credentials;
mod description;
mod events;
mod fault_connections;
mod fault_errors;
mod faults;
mod health;
mod metrics;
mod objects;
mod request_secrets;
mod requests;
mod reset;
mod snapshots;
mod state;
mod story;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
#[path = "../tls/client.rs"]
mod tls_client;
mod transition_rules;
mod transitions;
mod user_objects;
mod waiting;
