//! The emulator's own endpoints, below `/_emulator`.

pub(crate) mod clock;
pub(crate) mod health;
mod reply;
