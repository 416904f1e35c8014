//! An emulator in the test's own process: how it starts, is called and ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod call;
mod environment;
mod service;
mod start;
