//! The emulator's own endpoints, below `/_emulator`.

mod clock;
mod cluster;
mod events;
mod health;
mod reply;
pub(crate) mod routes;
mod tokens;
