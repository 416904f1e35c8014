//! An emulator in the test's own process: how it starts, is called and ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod call;
mod control;
mod environment;
mod event;
mod failing_calls;
mod fault;
mod remote;
mod requests;
mod service;
mod signature;
mod signature_refusal;
mod signer;
mod snapshot;
mod start;
#[cfg(feature = "tls")]
mod tls;
