//! The emulator's own endpoints, below `/_emulator`.

mod body;
mod ca_certificate;
mod clock;
mod cluster;
mod cluster_endpoints;
mod config;
mod endpoint;
mod event_stream;
mod events;
mod faults;
mod health;
mod metrics;
mod openapi;
mod reply;
mod request;
mod requests;
mod reset;
pub(crate) mod routes;
mod scope;
mod seed;
mod shutdown;
mod snapshots;
mod state;
mod support;
mod tokens;
pub(crate) mod transition_rule;
mod transition_rules;
mod transitions;

pub(crate) use transition_rule::body as transition_rule_body;
