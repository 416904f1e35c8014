//! Seed documents: reading, applying, and making them from state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod builder;
mod catalogue;
mod catalogue_refusal;
mod catalogue_state;
mod client;
mod example;
mod export;
mod identity;
mod modes;
mod parts;
mod pasted;
mod properties;
mod reading;
mod refusal;
mod schema;
mod start;
mod status;
