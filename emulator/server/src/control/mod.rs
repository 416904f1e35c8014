//! The emulator's own endpoints, below `/_emulator`.

mod body;
mod clock;
mod cluster;
mod events;
mod health;
mod reply;
mod request;
pub(crate) mod routes;
mod tokens;
mod transition_rules;
